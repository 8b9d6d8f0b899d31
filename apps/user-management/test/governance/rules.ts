import { TENANT_ADMIN_CORE } from '@sa-platform/contracts';
import type { Command, ForEachKind } from './commands.js';
import {
  addMembership,
  administers,
  anotherPlatformAdmin,
  anotherTenantAdmin,
  approve,
  createUser,
  deactivate,
  demand,
  findMembership,
  importMembership,
  isAssignable,
  isSubset,
  isVisible,
  mayChange,
  mayGive,
  mayGiveType,
  mayShape,
  must,
  Refused,
  roleOf,
  ROLES,
  setStatus,
  touch,
  touchCredentials,
  USERS,
} from './demands.js';
import { copyOf, holdingsOf, isPlatformAdmin, membershipKey, membershipsOf, roleName, TENANT_ADMIN_ROLE, type State } from './state.js';

/**
 * The rules of DESIGN section 4, told once more and on their own: nothing here comes from the service.
 *
 * @returns what the command makes of the state, or null when it is refused
 */
export function decide(before: State, command: Command): State | null {
  const after = copyOf(before);
  try {
    (RULES[command.do] as (state: State, command: Command) => void)(after, command);
    return after;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Whether the command means anything here: only what has a date ends, and an erased person's address is free for others. */
export function isPossible(state: State, command: Command): boolean {
  if (command.do === 'let it end') return state.memberships[membershipKey(command)]?.end === 'later';
  if (command.do === 'create user' || command.do === 'import row') return state.people[command.user]?.isErased !== true;
  return true;
}

const RULES: ForEachKind<[State], void> = {
  'create user': (state, command) => {
    createUser(state, { ...command, displayName: 'Somebody' });
  },
  rename: (state, { by, user }) => {
    touch(state, by, user).displayName = 'Renamed';
  },
  'set status': (state, { by, user, status }) => {
    const person = touch(state, by, user);
    if (person.status !== status) setStatus(state, { by, user, status });
  },
  deactivate: (state, { by, user }) => {
    touch(state, by, user);
    must(by !== user);
    deactivate(state, by, user);
  },
  approve: (state, { by, user, type, member }) => {
    approve(state, by, { user, type, member });
  },
  'approve many': (state, { by, users, type, member }) => {
    administers(state, by, USERS);
    const waiting = Object.keys(state.people).filter((name) => state.people[name]?.status === 'pending');
    for (const user of users === 'all' ? waiting : users) {
      const approved = decide(state, { do: 'approve', by, user, type, member });
      if (approved !== null) Object.assign(state, approved);
    }
  },
  'change type': (state, { by, user, type }) => {
    const person = touch(state, by, user);
    must(by !== user);
    mayGiveType(state, by, type);
    if (person.status === 'active' && type !== 'admin') anotherPlatformAdmin(state, user);
    state.people[user] = { ...person, type, status: person.status === 'pending' ? 'active' : person.status };
  },
  revoke: (state, { by, user }) => {
    const person = touch(state, by, user);
    must(by !== user);
    if (person.status !== 'pending') setStatus(state, { by, user, status: 'pending' });
  },
  erase: (state, { by, user }) => {
    administers(state, by, USERS);
    must(isVisible(state, by, user));
    if (state.people[user]?.isErased) return;
    const person = touch(state, by, user);
    must(by !== user);
    deactivate(state, by, user);
    for (const membership of membershipsOf(state, user)) Reflect.deleteProperty(state.memberships, membershipKey(membership));
    Object.assign(person, { displayName: 'Erased user', isErased: true });
  },
  'reset password': touchCredentials,
  'resend invitation': touchCredentials,
  'revoke sessions': touchCredentials,
  'sync identity': touchCredentials,
  'add membership': (state, { by, user, end, ...given }) => {
    administers(state, by, USERS);
    must(isVisible(state, by, user) && !state.people[user]?.isErased);
    addMembership(state, { by, user, given, end });
  },
  'give role': (state, { by, to, ...ref }) => {
    const membership = mayChange(state, by, ref);
    must(isAssignable(state, to, ref.organisation));
    mayGive(state, by, to, ref.organisation);
    if (to === ref.role) return;
    if (ref.role === TENANT_ADMIN_ROLE) anotherTenantAdmin(state, ref.user, ref.organisation);
    const moved = { ...ref, role: to };
    must(state.memberships[membershipKey(moved)] === undefined);
    Reflect.deleteProperty(state.memberships, membershipKey(ref));
    state.memberships[membershipKey(moved)] = { ...membership, role: to };
  },
  'set end': (state, { by, end, ...ref }) => {
    const membership = mayChange(state, by, ref);
    const getsAnEnd = membership.end === 'never' && end !== 'never';
    if (getsAnEnd && ref.role === TENANT_ADMIN_ROLE) anotherTenantAdmin(state, ref.user, ref.organisation);
    membership.end = end;
  },
  'remove membership': (state, { by, ...ref }) => {
    mayChange(state, by, ref);
    must(membershipsOf(state, ref.user).length > 1);
    if (ref.role === TENANT_ADMIN_ROLE) anotherTenantAdmin(state, ref.user, ref.organisation);
    Reflect.deleteProperty(state.memberships, membershipKey(ref));
  },
  'grant product': (state, { by, product, ...ref }) => {
    const membership = findMembership(state, by, ref);
    must(state.products.includes(product) && !membership.products.includes(product));
    membership.products = [...membership.products, product].sort();
  },
  'take product': (state, { by, product, ...ref }) => {
    const membership = findMembership(state, by, ref);
    must(membership.products.includes(product));
    membership.products = membership.products.filter((one) => one !== product);
  },
  'create role': (state, { by, organisation, key, permissions }) => {
    administers(state, by, ROLES);
    mayShape(state, by, organisation, permissions);
    const name = roleName(organisation, key);
    must(state.roles[name] === undefined && state.roles[roleName(null, key)] === undefined);
    state.roles[name] = { organisation, key, permissions, isSystem: false };
  },
  'edit role': (state, { by, role: name, permissions }) => {
    administers(state, by, ROLES);
    const role = demand(state.roles[name]);
    mayShape(state, by, role.organisation, [...role.permissions, ...permissions]);
    must(name !== TENANT_ADMIN_ROLE || isSubset(TENANT_ADMIN_CORE, permissions));
    const own = holdingsOf(state, by, role.organisation, 'now');
    role.permissions = permissions;
    // Nobody demotes themselves, not even by what a role of theirs holds.
    must(isSubset(own, holdingsOf(state, by, role.organisation, 'now')));
  },
  'delete role': (state, { by, role: name }) => {
    administers(state, by, ROLES);
    const role = demand(state.roles[name]);
    must(!role.isSystem);
    mayShape(state, by, role.organisation, role.permissions);
    must(Object.values(state.memberships).every((membership) => membership.role !== name));
    Reflect.deleteProperty(state.roles, name);
  },
  'create organisation': (state, { by, organisation }) => {
    must(isPlatformAdmin(state, by) && !state.organisations.includes(organisation));
    state.organisations = [...state.organisations, organisation].sort();
  },
  'create product': (state, { by, product }) => {
    must(isPlatformAdmin(state, by) && !state.products.includes(product));
    state.products = [...state.products, product].sort();
  },
  'import row': (state, { by, user, type, displayName, member }) => {
    administers(state, by, USERS);
    const given = member && { organisation: member.organisation, role: roleOf(state, member), products: member.products };
    const person = state.people[user];
    if (person === undefined) {
      must(displayName !== null);
      createUser(state, { by, user, type, displayName: displayName ?? '', memberships: given ? [given] : [] });
      return;
    }
    must(isVisible(state, by, user) && person.type === type);
    if (displayName !== null && displayName !== person.displayName) touch(state, by, user).displayName = displayName;
    if (given) importMembership(state, by, user, given);
  },
  'let it end': (state, ref) => {
    demand(state.memberships[membershipKey(ref)]).end = 'over';
  },
};

