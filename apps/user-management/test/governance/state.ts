import { BASELINE_PERMISSIONS, type UserStatus, type UserType } from '@sa-platform/contracts';

/** What of the database the rules of DESIGN section 4 are about, by names instead of ids. */
export interface State {
  people: Record<string, Person>;
  /** By `membershipKey`. */
  memberships: Record<string, Membership>;
  /** By `roleName`. */
  roles: Record<string, Role>;
  organisations: string[];
  products: string[];
}

export interface Person {
  type: UserType;
  status: UserStatus;
  displayName: string;
  isErased: boolean;
}

/** When a membership ends. */
export type End = 'never' | 'later' | 'over';

export interface Membership {
  user: string;
  organisation: string;
  role: string;
  end: End;
  products: string[];
}

export interface Role {
  organisation: string | null;
  key: string;
  permissions: string[];
  isSystem: boolean;
}

export type MembershipRef = Pick<Membership, 'user' | 'organisation' | 'role'>;

export const membershipKey = ({ user, organisation, role }: MembershipRef): string => `${user} ${organisation} ${role}`;
export const roleName = (organisation: string | null, key: string): string => `${organisation ?? 'platform'}/${key}`;
export const TENANT_ADMIN_ROLE = 'platform/TENANT_ADMIN';

/** `structuredClone` makes objects of another realm under Jest, which equal none of this one. */
export const copyOf = (state: State): State => JSON.parse(JSON.stringify(state)) as State;

export const membershipsOf = (state: State, user: string): Membership[] => Object.values(state.memberships).filter((one) => one.user === user);

const EVERYTHING = BASELINE_PERMISSIONS.map(({ permission }) => permission);

/**
 * The permissions of a person in one organisation, those that hold platform-wide included; with null those alone.
 *
 * @param when `now`, or `ever`: what they would hold if they were active and nothing had ended
 */
export function holdingsOf(state: State, name: string, organisation: string | null, when: 'now' | 'ever'): Set<string> {
  const person = state.people[name];
  if (!person || (when === 'now' && person.status !== 'active')) return new Set();
  if (person.type === 'admin') return new Set(EVERYTHING);
  const current = membershipsOf(state, name).filter(({ end }) => when === 'ever' || end !== 'over');
  const roles = [roleName(null, person.type), ...current.filter((one) => one.organisation === organisation).map(({ role }) => role)];
  return new Set(roles.flatMap((role) => state.roles[role]?.permissions ?? []));
}

export function isPlatformAdmin(state: State, name: string): boolean {
  const person = state.people[name];
  return person?.type === 'admin' && person.status === 'active';
}

export const platformAdmins = (state: State): string[] => Object.keys(state.people).filter((name) => isPlatformAdmin(state, name));

/** Those who administer the organisation now: active, and their membership is not over. */
export function tenantAdmins(state: State, organisation: string): Membership[] {
  return Object.values(state.memberships).filter(
    ({ user, organisation: where, role, end }) =>
      where === organisation && role === TENANT_ADMIN_ROLE && end !== 'over' && state.people[user]?.status === 'active',
  );
}
