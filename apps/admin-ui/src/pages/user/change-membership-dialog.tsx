import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { RolePicker } from '../../pickers/role-picker.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import { EndField, fromField, toField } from './end-field.js';
import type { Membership } from './user.js';

/** Another role or another end; only what was changed here is sent. */
export function ChangeMembershipDialog({ membership, onClose }: { membership: Membership; onClose: () => void }) {
  const { t } = useTranslation();
  const [roleId, setRole] = useState<string | null>(membership.role.id);
  const [end, setEnd] = useState(toField(membership.expires_at));
  const change = api.useMutation('patch', '/v1/user-management/admin/users/{userId}/memberships/{membershipId}', {
    onSuccess: () => {
      tell(t('saved'));
      onClose();
    },
  });
  const body = {
    ...(roleId === null || roleId === membership.role.id ? {} : { role_id: roleId }),
    ...(end === toField(membership.expires_at) ? {} : { expires_at: fromField(end) }),
  };
  const path = { userId: membership.user_id, membershipId: membership.membership_id };
  const isUnchanged = Object.keys(body).length === 0;
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.changeMembership')}
      text={membership.organisation_name}
      action={t('save')}
      command={change}
      onConfirm={() => change.mutate({ params: { path }, body })}
      isDisabled={isUnchanged || roleId === null}
    >
      <RolePicker label={t('user.role')} organisationId={membership.organisation_id} value={roleId} onChange={setRole} required />
      <EndField value={end} onChange={setEnd} />
    </Confirm>
  );
}
