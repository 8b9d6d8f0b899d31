import type { AuditAction, EventType } from '@sa-platform/contracts';
import type { Call } from './administrator.js';
import type { KnownMembership, KnownUser } from './ledger.js';

export const FIRST_ORGANISATION = 'texas';
const SECOND_ORGANISATION = 'mississippi';
const ROLES = ['BILLER', 'READONLY', 'RCM_ANALYST', 'MEMBER_SERVICES'];
const PRODUCTS = ['claims', 'derm', 'reports'];

/** One administrative change of a user: how it is asked for, and what its 2xx promises. */
export interface Change {
  call: Call;
  audit: AuditAction;
  event: EventType;
  /** Writes down what the answer says. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  apply: (user: KnownUser, body: any) => void;
}

const any = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item;

/** A change that the user as they stand allows, each kind about as often as the others. */
export function chooseChange(user: KnownUser, number: number): Change {
  if (user.status === 'suspended') return changeStatus(user, 'active');
  const [first, second] = [...user.memberships.values()];
  if (!first) return rename(user, number);
  const possible = [
    () => changeRole(user, first),
    () => changeRole(user, second ?? first),
    () => rename(user, number),
    () => (second ? removeMembership(user, second) : addMembership(user)),
    () => (first.products.size > 0 ? revokeProduct(user, first) : grantProduct(user, first)),
    () => changeStatus(user, 'suspended'),
  ];
  return any(possible)();
}

function changeRole(user: KnownUser, membership: KnownMembership): Change {
  const role = any(ROLES.filter((key) => key !== membership.role));
  return {
    call: { method: 'PATCH', path: pathOf(user, membership), json: { role_key: role } },
    audit: 'MEMBERSHIP_UPDATED',
    event: 'users.role.changed',
    apply: () => {
      membership.role = role;
    },
  };
}

function rename(user: KnownUser, number: number): Change {
  const displayName = `Name ${number}`;
  return {
    call: { method: 'PATCH', path: `admin/users/${user.id}`, json: { display_name: displayName } },
    audit: 'USER_UPDATED',
    event: 'users.updated',
    apply: () => {
      user.displayName = displayName;
    },
  };
}

export function changeStatus(user: KnownUser, status: 'active' | 'suspended'): Change {
  const isBack = status === 'active';
  return {
    call: { method: 'PATCH', path: `admin/users/${user.id}`, json: { status } },
    audit: isBack ? 'USER_REACTIVATED' : 'USER_SUSPENDED',
    event: isBack ? 'users.reactivated' : 'users.suspended',
    apply: () => {
      user.status = status;
    },
  };
}

function addMembership(user: KnownUser): Change {
  const role = any(ROLES);
  return {
    call: { method: 'POST', path: `admin/users/${user.id}/memberships`, json: { organisation_id: SECOND_ORGANISATION, role_key: role } },
    audit: 'MEMBERSHIP_ADDED',
    event: 'users.membership.added',
    apply: (_user, body) => {
      const id = String(body.membership_id);
      user.memberships.set(id, { id, role, products: new Set() });
    },
  };
}

function removeMembership(user: KnownUser, membership: KnownMembership): Change {
  return {
    call: { method: 'DELETE', path: pathOf(user, membership) },
    audit: 'MEMBERSHIP_REMOVED',
    event: 'users.membership.removed',
    apply: () => user.memberships.delete(membership.id),
  };
}

function grantProduct(user: KnownUser, membership: KnownMembership): Change {
  const product = any(PRODUCTS);
  return {
    call: { method: 'POST', path: `${pathOf(user, membership)}/products`, json: { product_id: product } },
    audit: 'PRODUCT_GRANTED',
    event: 'users.product.granted',
    apply: () => membership.products.add(product),
  };
}

function revokeProduct(user: KnownUser, membership: KnownMembership): Change {
  const product = any([...membership.products]);
  return {
    call: { method: 'DELETE', path: `${pathOf(user, membership)}/products/${product}` },
    audit: 'PRODUCT_REVOKED',
    event: 'users.product.revoked',
    apply: () => membership.products.delete(product),
  };
}

function pathOf(user: KnownUser, membership: KnownMembership): string {
  return `admin/users/${user.id}/memberships/${membership.id}`;
}
