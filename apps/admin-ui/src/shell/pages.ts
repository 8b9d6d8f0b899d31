import { holdsAnywhere } from '../session/me.js';
import type { UserContext } from '@sa-platform/contracts';

interface PageEntry {
  to: string;
  /** Its name in the texts. */
  name: string;
  /** Held anywhere, it opens the page; without one, only platform admins see it. */
  permission?: string;
}

/** In the order of the menu. */
const PAGES = [
  { to: '/', name: 'dashboard', permission: 'admin:users:read' },
  { to: '/users', name: 'users', permission: 'admin:users:read' },
  { to: '/approvals', name: 'approvals', permission: 'admin:users:write' },
  { to: '/roles', name: 'roles', permission: 'admin:roles:read' },
  { to: '/organisations', name: 'organisations', permission: 'admin:organisations:read' },
  { to: '/products', name: 'products', permission: 'admin:products:read' },
  { to: '/permissions', name: 'permissions', permission: 'admin:permissions:read' },
  { to: '/identity', name: 'identity' },
  { to: '/audit', name: 'audit', permission: 'admin:audit:read' },
  { to: '/settings/webhooks', name: 'webhooks' },
  { to: '/settings/events', name: 'events' },
] as const satisfies readonly PageEntry[];

export type Page = (typeof PAGES)[number];
type Me = Pick<UserContext, 'permissions' | 'memberships' | 'user_type' | 'status'>;

export function pagesFor(me: Me): Page[] {
  return PAGES.filter((page) => ('permission' in page ? holdsAnywhere(me, page.permission) : me.user_type === 'admin' && me.status === 'active'));
}

/** Whether this entry of the menu is where they are. */
export function isAt(page: Page, path: string): boolean {
  return page.to === '/' ? path === '/' : path === page.to || path.startsWith(`${page.to}/`);
}
