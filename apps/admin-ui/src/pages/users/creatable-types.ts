import { USER_TYPES, type UserType } from '@sa-platform/contracts';
import { useQueries } from '@tanstack/react-query';
import { api } from '../../api/client.js';
import { useMay } from '../../session/me.js';

const ROLES = '/v1/user-management/admin/roles';

/**
 * The types that the administrator may give: a type gives permissions on the whole platform, and nobody gives what they
 * don't hold there.
 * @returns undefined as long as that isn't known
 */
export function useCreatableTypes(heldOnPlatform: readonly string[]): UserType[] | undefined {
  const { platformAdmin } = useMay();
  const others = USER_TYPES.filter((type) => type !== 'admin');
  const found = useQueries({
    queries: others.map((type) => ({ ...api.queryOptions('get', ROLES, { params: { query: { search: type, limit: '100' } } }), enabled: !platformAdmin })),
  });
  if (platformAdmin) return [...USER_TYPES];
  if (found.some(({ isPending }) => isPending)) return undefined;
  return others.filter((type, index) => {
    const typeRole = found[index]?.data?.items.find(({ key, organisation_id: owner }) => key === type && owner === null);
    return typeRole === undefined || typeRole.permissions.every((permission) => heldOnPlatform.includes(permission));
  });
}
