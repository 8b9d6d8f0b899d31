import { Select } from '@mantine/core';
import { USER_TYPES, type UserType } from '@sa-platform/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { queries } from '../../api/queries.js';
import { useMay } from '../../session/me.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import type { ActionDialogProps } from './action-dialog.js';

/** Another type, which has permissions of its own. */
export function ChangeTypeDialog({ read, onClose }: ActionDialogProps) {
  const { t } = useTranslation();
  const may = useMay();
  const { id, user_type: before, status, display_name: name } = read.value;
  const [type, setType] = useState<UserType | null>(null);
  const change = api.useMutation('put', '/v1/user-management/admin/users/{id}/role', {
    onSuccess: () => {
      tell(t('user.actions.changeType.done'));
      onClose();
    },
    // Somebody else was faster: the page behind shows what they did.
    onError: () => void queries.invalidateQueries(),
  });
  const offered = USER_TYPES.filter((candidate) => candidate !== before && (candidate !== 'admin' || may.platformAdmin));
  const params = { path: { id }, header: { 'If-Match': read.version } };
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.actions.changeType.name')}
      text={t(status === 'pending' ? 'user.actions.changeType.textPending' : 'user.actions.changeType.text', { name })}
      action={t('save')}
      command={change}
      onConfirm={() => type !== null && change.mutate({ params, body: { role: type } })}
      isDisabled={type === null}
    >
      <Select
        label={t('user.actions.changeType.type')}
        data={offered.map((value) => ({ value, label: t(`type.${value}`) }))}
        value={type}
        onChange={setType}
        required
        data-autofocus
      />
    </Confirm>
  );
}
