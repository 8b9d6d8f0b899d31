import { Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { actAs } from '../../session/acting.js';
import { Confirm } from '../../shell/confirm.js';
import type { ActionDialogProps } from './action-dialog.js';

/** Asks why, and goes on as the user. */
export function ImpersonateDialog({ read, onClose }: ActionDialogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id, display_name: name } = read.value;
  const [reason, setReason] = useState('');
  const start = api.useMutation('post', '/v1/user-management/admin/users/{id}/impersonation', {
    onSuccess: async ({ access_token: token, expires_in: seconds }) => {
      if (token === undefined) throw new Error('the answer has no token');
      await navigate({ to: '/' });
      actAs({ userId: id, name, token, until: Date.now() + seconds * 1000 });
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.actions.impersonate.name')}
      text={t('user.actions.impersonate.text', { name })}
      action={t('user.actions.impersonate.action')}
      command={start}
      onConfirm={() => start.mutate({ params: { path: { id } }, body: { reason } })}
      isDisabled={reason.trim() === ''}
    >
      <Textarea
        label={t('user.actions.impersonate.reason')}
        description={t('user.actions.impersonate.reasonNote')}
        maxLength={500}
        autosize
        minRows={2}
        required
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
