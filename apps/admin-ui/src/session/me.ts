import type { UserContext } from '@sa-platform/contracts';
import { api } from '../api/client.js';

/** The signed-in user's own context: what they may do decides what they see. */
export function useMe() {
  return api.useQuery('get', '/v1/user-management/users/me/context', {}, { staleTime: 30_000 });
}

type Held = Pick<UserContext, 'permissions' | 'memberships'>;

/** Whether they hold it on the whole platform or in one of their organisations. */
export function holdsAnywhere(me: Held, permission: string): boolean {
  return me.permissions.includes(permission) || me.memberships.some((membership) => membership.permissions.includes(permission));
}

function holdsIn(me: Held, permission: string, organisationId: string): boolean {
  const memberships = me.memberships.filter((membership) => membership.organisation_id === organisationId);
  return me.permissions.includes(permission) || memberships.some((membership) => membership.permissions.includes(permission));
}

export interface May {
  /** Nobody is above them: what is the platform's own is theirs alone. */
  platformAdmin: boolean;
  userId: string;
  anywhere: (permission: string) => boolean;
  in: (permission: string, organisationId: string) => boolean;
}

/** What the pages show to whoever looks at them; the service decides again at each request. */
export function useMay(): May {
  const { data: me } = useMe();
  return {
    platformAdmin: me?.user_type === 'admin' && me.status === 'active',
    userId: me?.user_id ?? '',
    anywhere: (permission) => me !== undefined && holdsAnywhere(me, permission),
    in: (permission, organisationId) => me !== undefined && holdsIn(me, permission, organisationId),
  };
}
