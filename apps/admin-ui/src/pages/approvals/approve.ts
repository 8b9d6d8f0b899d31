import type { UserType } from '@sa-platform/contracts';
import { http } from '../../api/client.js';
import type { PendingUser } from './approval-search.js';
import type { Decided } from './bulk-answers.js';

/** So many at once, that one sees how far it is. */
const AT_ONCE = 10;

interface Approval {
  role: UserType;
  organisation_id?: string;
  membership_role_key?: string;
}

export async function approve(userId: string, approval: Approval): Promise<void> {
  await http.POST('/v1/user-management/admin/users/approve', { body: { user_id: userId, ...approval } });
}

/** @param onDone how many there is an answer for */
export async function approveMany(people: PendingUser[], approval: Approval, onDone: (count: number) => void): Promise<Decided[]> {
  const decided: Decided[] = [];
  while (decided.length < people.length) {
    const some = people.slice(decided.length, decided.length + AT_ONCE);
    const body = { user_ids: some.map(({ id }) => id), ...approval };
    const { data } = await http.POST('/v1/user-management/admin/users/bulk-approve', { body });
    const errors = new Map(data?.items.map(({ user_id: id, error }) => [id, error]));
    decided.push(...some.map((user) => ({ user, error: errors.get(user.id) ?? null })));
    onDone(decided.length);
  }
  return decided;
}
