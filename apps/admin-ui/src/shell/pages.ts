import type { UserContext } from '@sa-platform/contracts';

export interface Page {
  to: '/' | '/users';
  name: 'dashboard' | 'users';
  /** One of them, held anywhere, opens the page. */
  permissions: readonly string[];
}

const PAGES: readonly Page[] = [
  { to: '/', name: 'dashboard', permissions: ['admin:users:read'] },
  { to: '/users', name: 'users', permissions: ['admin:users:read'] },
];

type Me = Pick<UserContext, 'permissions' | 'memberships'>;

/** Whether they hold it on the whole platform or in one of their organisations. */
export function mayAnywhere(me: Me, permission: string): boolean {
  return me.permissions.includes(permission) || me.memberships.some((membership) => membership.permissions.includes(permission));
}

export function pagesFor(me: Me): Page[] {
  return PAGES.filter(({ permissions }) => permissions.some((permission) => mayAnywhere(me, permission)));
}
