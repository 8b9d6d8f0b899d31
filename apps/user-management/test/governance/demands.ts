import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { Given, GivenByKey } from './commands.js';
import {
  holdingsOf,
  isPlatformAdmin,
  membershipKey,
  membershipsOf,
  platformAdmins,
  roleName,
  tenantAdmins,
  type Membership,
  type MembershipRef,
  type Person,
  type State,
} from './state.js';

export const USERS = 'admin:users:write';
export const ROLES = 'admin:roles:write';

/** A rule of DESIGN section 4 says no. */
export class Refused extends Error {}

export function must(isAllowed: boolean): void {
  if (!isAllowed) throw new Refused();
}

export function demand<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Refused();
  return thing;
}

export const isSubset = (few: Iterable<string>, many: Iterable<string>): boolean => {
  const all = new Set(many);
  return [...few].every((one) => all.has(one));
};

/** Whether somebody holds the permission in the organisation, or, with null, on the whole platform. */
export const mayIn = (state: State, by: string, permission: string, organisation: string | null): boolean =>
  holdingsOf(state, by, organisation, 'now').has(permission);

/** Closed by default: whoever holds the permission nowhere gets nowhere. */
export function administers(state: State, by: string, permission: string): void {
  must([null, ...state.organisations].some((organisation) => mayIn(state, by, permission, organisation)));
}

/** Organisation admins see only the users of their organisation. */
export function isVisible(state: State, by: string, user: string): boolean {
  if (state.people[user] === undefined) return false;
  return mayIn(state, by, USERS, null) || membershipsOf(state, user).some(({ organisation }) => mayIn(state, by, USERS, organisation));
}

/** Nobody touches the credentials, status or profile of somebody who holds more, here or in another organisation. */
export function touch(state: State, by: string, user: string): Person {
  administers(state, by, USERS);
  must(isVisible(state, by, user) && outranks(state, by, user));
  const person = demand(state.people[user]);
  must(!person.isErased);
  return person;
}

export function touchCredentials(state: State, { by, user }: { by: string; user: string }): void {
  touch(state, by, user);
}

function outranks(state: State, by: string, user: string): boolean {
  if (isPlatformAdmin(state, by)) return true;
  if (state.people[user]?.type === 'admin') return false;
  const holdsWhatTheyHold = (organisation: string | null) =>
    isSubset(holdingsOf(state, user, organisation, 'ever'), holdingsOf(state, by, organisation, 'now'));
  const places = membershipsOf(state, user).map(({ organisation }) => organisation);
  const isTheirs = mayIn(state, by, USERS, null) || places.length > 0;
  return isTheirs && holdsWhatTheyHold(null) && places.every((place) => mayIn(state, by, USERS, place) && holdsWhatTheyHold(place));
}

/** Only platform admins make platform admins, and a type gives what its role holds on the whole platform. */
export function mayGiveType(state: State, by: string, type: UserType): void {
  if (isPlatformAdmin(state, by)) return;
  must(type !== 'admin');
  must(isSubset(state.roles[roleName(null, type)]?.permissions ?? [], holdingsOf(state, by, null, 'now')));
}

export function mayGive(state: State, by: string, role: string, organisation: string): void {
  must(isSubset(demand(state.roles[role]).permissions, holdingsOf(state, by, organisation, 'now')));
}

/** A custom role is made and edited by who holds it all there; one of the platform by platform admins. */
export function mayShape(state: State, by: string, organisation: string | null, permissions: string[]): void {
  if (organisation === null) {
    must(isPlatformAdmin(state, by));
    return;
  }
  must(state.organisations.includes(organisation) && mayIn(state, by, ROLES, organisation));
  must(isSubset(permissions, holdingsOf(state, by, organisation, 'now')));
}

export function isAssignable(state: State, role: string, organisation: string): boolean {
  const owner = state.roles[role]?.organisation;
  return owner === null || owner === organisation;
}

/** A key means the organisation's own role first. */
export function roleOf(state: State, { organisation, key }: GivenByKey): string {
  return [roleName(organisation, key), roleName(null, key)].find((name) => state.roles[name] !== undefined) ?? 'nothing';
}

interface Creation {
  by: string;
  user: string;
  type: UserType;
  displayName: string;
  memberships: Given[];
}

interface Addition {
  by: string;
  user: string;
  given: Given;
  end?: Exclude<Membership['end'], 'over'>;
}

export function addMembership(state: State, { by, user, given, end = 'never' }: Addition): void {
  const { organisation, role, products } = given;
  must(state.organisations.includes(organisation) && mayIn(state, by, USERS, organisation));
  must(isAssignable(state, role, organisation));
  mayGive(state, by, role, organisation);
  must(isSubset(products, state.products));
  const key = membershipKey({ user, organisation, role });
  must(state.memberships[key] === undefined);
  state.memberships[key] = { user, organisation, role, end, products: [...new Set(products)].sort() };
}

/** Who is a member already gets the products that they lack. */
export function importMembership(state: State, by: string, user: string, given: Given): void {
  const present = state.memberships[membershipKey({ user, ...given })];
  if (!present) {
    addMembership(state, { by, user, given });
    return;
  }
  must(mayIn(state, by, USERS, given.organisation) && isSubset(given.products, state.products));
  present.products = [...new Set([...present.products, ...given.products])].sort();
}

/** Memberships of other organisations do not exist for who has no say there. */
export function findMembership(state: State, by: string, ref: MembershipRef): Membership {
  administers(state, by, USERS);
  const membership = demand(state.memberships[membershipKey(ref)]);
  must(mayIn(state, by, USERS, ref.organisation));
  return membership;
}

/** Role and end are changed by others, and by those who hold what the role gives. */
export function mayChange(state: State, by: string, ref: MembershipRef): Membership {
  const membership = findMembership(state, by, ref);
  must(by !== ref.user);
  mayGive(state, by, ref.role, ref.organisation);
  return membership;
}

/** Whoever administers only organisations makes people in theirs. */
export function createUser(state: State, { by, user, type, displayName, memberships }: Creation): void {
  administers(state, by, USERS);
  mayGiveType(state, by, type);
  must(mayIn(state, by, USERS, null) || memberships.length > 0);
  must(state.people[user] === undefined);
  state.people[user] = { type, status: 'active', displayName, isErased: false };
  for (const given of memberships) addMembership(state, { by, user, given });
}

export function approve(state: State, by: string, { user, type, member }: { user: string; type: UserType; member: GivenByKey | null }): void {
  const person = touch(state, by, user);
  must(person.status === 'pending');
  mayGiveType(state, by, type);
  Object.assign(person, { type, status: 'active' });
  if (member) addMembership(state, { by, user, given: { ...member, role: roleOf(state, member), products: [] } });
}

const WAYS: Record<UserStatus, UserStatus[]> = {
  pending: ['active', 'deactivated'],
  active: ['pending', 'suspended', 'deactivated'],
  suspended: ['pending', 'active', 'deactivated'],
  deactivated: ['active'],
};

export function setStatus(state: State, { by, user, status }: { by: string; user: string; status: UserStatus }): void {
  must(by !== user);
  const person = demand(state.people[user]);
  must(WAYS[person.status].includes(status));
  if (person.status === 'active') {
    anotherPlatformAdmin(state, user);
    for (const organisation of state.organisations) anotherTenantAdmin(state, user, organisation);
  }
  person.status = status;
}

export function deactivate(state: State, by: string, user: string): void {
  if (state.people[user]?.status !== 'deactivated') setStatus(state, { by, user, status: 'deactivated' });
}

export function anotherPlatformAdmin(state: State, user: string): void {
  must(!isPlatformAdmin(state, user) || platformAdmins(state).length > 1);
}

/** The last one never goes; nor does the last one for good, though others are there for a while. */
export function anotherTenantAdmin(state: State, user: string, organisation: string): void {
  const admins = tenantAdmins(state, organisation);
  const own = admins.find((one) => one.user === user);
  if (!own) return;
  must(admins.some((one) => one.user !== user && (own.end !== 'never' || one.end === 'never')));
}
