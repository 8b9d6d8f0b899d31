import { api, http } from '../../api/client.js';
import type { paths } from '../../api/generated/service.js';
import { readVersion, useVersioned, type Versioned } from '../../api/versioned.js';

const PATH = '/v1/user-management/admin/users/{id}';

export type User = paths[typeof PATH]['get']['responses'][200]['content']['application/json'];
export type Membership = User['memberships'][number];
export type Authority = paths[`${typeof PATH}/authority`]['get']['responses'][200]['content']['application/json'];

const WHILE_PENDING_MS = 2_000;

/** The user with their version, which every change of them rests on; asked for again while the provider is being told. */
export function useUser(id: string) {
  return useVersioned([PATH, id], () => ask(id), ({ identity }) => identity.state === 'pending' && WHILE_PENDING_MS);
}

export function readUser(id: string): Promise<Versioned<User>> {
  return readVersion(() => ask(id));
}

function ask(id: string) {
  return http.GET(PATH, { params: { path: { id } } });
}

/** What whoever is signed in may do with the user; nothing until that is known. */
export function useAuthority(id: string): Authority {
  const { data } = api.useQuery('get', `${PATH}/authority`, { params: { path: { id } } });
  return data ?? { user_id: id, is_erased: false, may_change: false, may_export: false };
}
