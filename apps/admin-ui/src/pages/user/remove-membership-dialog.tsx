import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import type { Membership } from './user.js';

export function RemoveMembershipDialog({ membership, onClose }: { membership: Membership; onClose: () => void }) {
  const { t } = useTranslation();
  const { user_id: userId, membership_id: membershipId, organisation_name: organisation, role } = membership;
  const remove = api.useMutation('delete', '/v1/user-management/admin/users/{userId}/memberships/{membershipId}', {
    onSuccess: () => {
      tell(t('user.membershipRemoved'));
      onClose();
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.removeMembership')}
      text={t('user.removeMembershipText', { role: role.name, organisation })}
      action={t('remove')}
      isDangerous
      command={remove}
      onConfirm={() => remove.mutate({ params: { path: { userId, membershipId } } })}
    />
  );
}
