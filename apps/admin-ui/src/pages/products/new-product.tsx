import { TextInput, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { refusedFields } from '../../shell/refused-fields.js';
import { tell } from '../../shell/tell.js';
import { PRODUCTS } from './product.js';

const AT_FIELDS = { 'product.id_taken': 'id', 'product.key_taken': 'key' } as const;

export function NewProduct({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: '', key: '', id: '', description: '' },
    validate: { name: (name) => (name.trim() === '' ? t('required') : null) },
  });
  const close = () => {
    form.reset();
    onClose();
  };
  const command = api.useMutation('post', PRODUCTS, {
    onSuccess: ({ name }) => {
      tell(t('products.new.done', { name }));
      close();
    },
    onError: (error: unknown) => form.setErrors(refusedFields(error, AT_FIELDS, (code) => t(`errors.codes.${code}`))),
  });
  function create(): void {
    const { name, description, ...own } = form.getValues();
    const given = Object.fromEntries(Object.entries(own).flatMap(([field, value]) => (value.trim() === '' ? [] : [[field, value.trim()]])));
    if (!form.validate().hasErrors) command.mutate({ body: { name, description, ...given } });
  }
  return (
    <Confirm opened={opened} onClose={close} title={t('products.new.title')} action={t('products.new.action')} command={command} onConfirm={create} fields={form.values}>
      <TextInput label={t('products.name')} withAsterisk maxLength={200} data-autofocus {...form.getInputProps('name')} />
      <Textarea label={t('products.description')} maxLength={500} autosize minRows={2} {...form.getInputProps('description')} />
      <TextInput label={t('products.key')} description={t('products.new.key')} maxLength={64} {...form.getInputProps('key')} />
      <TextInput label={t('products.id')} description={t('products.new.id')} maxLength={64} {...form.getInputProps('id')} />
    </Confirm>
  );
}
