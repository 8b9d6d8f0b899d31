import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { ProblemError } from '../../api/problem.js';
import { readVersion } from '../../api/versioned.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import type { PendingUser } from './approval-search.js';

const PATH = '/v1/user-management/admin/users/{id}';

/** Turns somebody away: the service knows that as deactivation. */
export function RejectDialog({ user, onClose }: { user: PendingUser | null; onClose: () => void }) {
  const { t } = useTranslation();
  const command = useMutation({
    mutationFn: reject,
    onSuccess: (_, { display_name: name }) => {
      tell(t('approvals.rejected', { name }));
      onClose();
    },
  });
  const name = user?.display_name ?? '';
  return (
    <Confirm
      opened={user !== null}
      onClose={onClose}
      title={t('approvals.rejectOne', { name })}
      text={t('approvals.rejectText')}
      action={t('approvals.reject')}
      isDangerous
      command={command}
      onConfirm={() => user && command.mutate(user)}
    />
  );
}

/** Only as long as they wait: somebody may have let them in since the list was read. */
async function reject({ id }: PendingUser): Promise<void> {
  const path = { id };
  const { value, version } = await readVersion(() => http.GET(PATH, { params: { path } }));
  if (value.status !== 'pending') throw new ProblemError({ title: '', status: 409, code: 'user.not_pending', request_id: '' });
  await http.PATCH(PATH, { params: { path, header: { 'If-Match': version } }, body: { status: 'deactivated' } });
}
