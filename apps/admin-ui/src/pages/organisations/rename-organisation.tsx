import { Modal, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { readVersion, type Versioned } from '../../api/versioned.js';
import { EditForm } from '../../shell/edit-form.js';
import { tell } from '../../shell/tell.js';
import { useEdit } from '../../shell/use-edit.js';
import { ORGANISATIONS, type Organisation } from './organisation.js';

export type Reread = Parameters<typeof readVersion<Organisation>>[0];

interface RenameOrganisationProps {
  read: Versioned<Organisation>;
  reread: Reread;
  opened: boolean;
  onClose: () => void;
}

export function RenameOrganisation({ opened, ...props }: RenameOrganisationProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={props.onClose} title={t('organisations.rename')} closeButtonProps={{ 'aria-label': t('close') }}>
      <NameForm {...props} />
    </Modal>
  );
}

/** Begins with what was newest when the dialog was opened. */
function NameForm({ read, reread, onClose }: Omit<RenameOrganisationProps, 'opened'>) {
  const { t } = useTranslation();
  const { id } = read.value;
  const command = api.useMutation('patch', `${ORGANISATIONS}/{id}`);
  const edit = useEdit<Organisation, { name: string }>({
    read,
    toFields: ({ name }) => ({ name }),
    reread: () => readVersion(reread),
    save: ({ name = '' }, version) => command.mutateAsync({ params: { path: { id }, header: { 'If-Match': version } }, body: { name } }),
    onSaved: () => {
      tell(t('saved'));
      onClose();
    },
    validate: { name: (name) => (name.trim() === '' ? t('required') : null) },
  });
  return (
    <EditForm edit={edit} nameOf={() => t('organisations.name')} onCancel={onClose}>
      <TextInput label={t('organisations.name')} required maxLength={200} data-autofocus {...edit.form.getInputProps('name')} />
    </EditForm>
  );
}
