import { api } from '../api/client.js';

/** The signed-in user's own context: what they may do decides what they see. */
export function useMe() {
  return api.useQuery('get', '/v1/user-management/users/me/context', {}, { staleTime: 30_000 });
}
