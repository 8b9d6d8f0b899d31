import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { refusedFields } from '../../shell/refused-fields.js';
import { tell } from '../../shell/tell.js';
import { ORGANISATIONS } from './organisation.js';

export function NewOrganisation({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: '', id: '' },
    validate: { name: (name) => (name.trim() === '' ? t('required') : null) },
  });
  const close = () => {
    form.reset();
    onClose();
  };
  const command = api.useMutation('post', ORGANISATIONS, {
    onSuccess: ({ name }) => {
      tell(t('organisations.new.done', { name }));
      close();
    },
    onError: (error: unknown) => form.setErrors(refusedFields(error, { 'organisation.id_taken': 'id' }, (code) => t(`errors.codes.${code}`))),
  });
  function create(): void {
    const { name, id } = form.getValues();
    if (!form.validate().hasErrors) command.mutate({ body: { name, ...(id.trim() === '' ? {} : { id: id.trim() }) } });
  }
  return (
    <Confirm opened={opened} onClose={close} title={t('organisations.new.title')} action={t('organisations.new.action')} command={command} onConfirm={create} fields={form.values}>
      <TextInput label={t('organisations.name')} withAsterisk maxLength={200} data-autofocus {...form.getInputProps('name')} />
      <TextInput label={t('organisations.id')} description={t('organisations.new.id')} maxLength={64} {...form.getInputProps('id')} />
    </Confirm>
  );
}
