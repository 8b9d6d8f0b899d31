import { Button, Group, Modal, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { CopiedOnce } from '../../shell/copied-once.js';
import { tell } from '../../shell/tell.js';
import type { ActionDialogProps } from './action-dialog.js';

const DELIVERIES = ['email', 'temporary_password'] as const;
type Delivery = (typeof DELIVERIES)[number];

/** The provider mails a link, or the administrator hands over a password that is shown here once. */
export function ResetPasswordDialog({ read, onClose }: ActionDialogProps) {
  const { t } = useTranslation();
  const { id, email } = read.value;
  const [delivery, setDelivery] = useState<Delivery>('email');
  const [password, setPassword] = useState<string | null>(null);
  const reset = api.useMutation('post', '/v1/user-management/admin/users/{id}/reset-password', {
    onSuccess: ({ temporary_password: temporary }) => {
      if (temporary !== undefined) {
        setPassword(temporary);
        return;
      }
      tell(t('user.actions.resetPassword.done', { email }));
      onClose();
    },
  });
  if (password !== null) return <TemporaryPassword password={password} onClose={onClose} />;
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.actions.resetPassword.name')}
      action={t('user.actions.resetPassword.action')}
      command={reset}
      onConfirm={() => reset.mutate({ params: { path: { id } }, body: { delivery } })}
    >
      <Radio.Group label={t('user.actions.resetPassword.delivery')} value={delivery} onChange={setDelivery}>
        <Stack gap="xs" mt="xs">
          {DELIVERIES.map((value) => (
            <Radio key={value} value={value} label={t(`user.actions.resetPassword.${value}`, { email })} data-autofocus={value === delivery || undefined} />
          ))}
        </Stack>
      </Radio.Group>
    </Confirm>
  );
}

function TemporaryPassword({ password, onClose }: { password: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('user.actions.resetPassword.name')} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack>
        <CopiedOnce title={t('user.actions.resetPassword.temporary')} text={t('user.actions.resetPassword.once')} secret={password} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('close')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
