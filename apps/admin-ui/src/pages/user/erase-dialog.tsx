import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { queries } from '../../api/queries.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import type { ActionDialogProps } from './action-dialog.js';

/** Nothing of it comes back, so the e-mail is typed first. */
export function EraseDialog({ read, onClose }: ActionDialogProps) {
  const { t } = useTranslation();
  const { id, email, display_name: name } = read.value;
  const [typed, setTyped] = useState('');
  const erase = api.useMutation('post', '/v1/user-management/admin/users/{id}/erase', {
    onSuccess: () => {
      tell(t('user.actions.erase.done'));
      onClose();
    },
    // Somebody else was faster: the page behind shows what they did.
    onError: () => void queries.invalidateQueries(),
  });
  const params = { path: { id }, header: { 'If-Match': read.version } };
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.actions.erase.name')}
      text={t('user.actions.erase.text', { name })}
      action={t('user.actions.erase.action')}
      isDangerous
      command={erase}
      onConfirm={() => erase.mutate({ params })}
      isDisabled={typed.trim() !== email}
    >
      <TextInput
        label={t('user.actions.erase.email', { email })}
        autoComplete="off"
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </Confirm>
  );
}
