import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { Database } from '../../src/platform/database/database.js';
import { membershipKey, roleName, type End, type State } from './state.js';

/** The state as the database has it, and the ids behind the names. */
export interface Reading {
  state: State;
  users: Map<string, string>;
  roles: Map<string, string>;
  /** By `membershipKey`. */
  memberships: Map<string, string>;
}

interface Row {
  people: [id: string, email: string, type: UserType, status: UserStatus, displayName: string, isErased: boolean][];
  roles: [id: string, organisation: string | null, key: string, isSystem: boolean, permissions: string[]][];
  memberships: [id: string, user: string, organisation: string, role: string, end: End, products: string[]][];
  organisations: string[];
  products: string[];
}

const SQL = `SELECT json_build_object(
  'people', (SELECT json_agg(json_build_array(id, email, user_type, status, display_name, erased_at IS NOT NULL)) FROM users),
  'roles', (SELECT json_agg(json_build_array(id, organisation_id, role_key, is_system,
    (SELECT coalesce(json_agg(permission), '[]') FROM role_permissions WHERE role_id = roles.id))) FROM roles),
  'memberships', (SELECT json_agg(json_build_array(id, user_id, organisation_id, role_id,
    CASE WHEN expires_at IS NULL THEN 'never' WHEN expires_at <= (now() AT TIME ZONE 'UTC') THEN 'over' ELSE 'later' END,
    (SELECT coalesce(json_agg(product_id), '[]') FROM product_access WHERE membership_id = org_memberships.id))) FROM org_memberships),
  'organisations', (SELECT json_agg(id) FROM organisations),
  'products', (SELECT json_agg(id) FROM products))::text AS state`;

/**
 * Everything that the rules are about, in one statement.
 *
 * @param known names of people by their ids, for those whose address has gone with an erasure; whoever is new is added
 */
export async function readState(client: Database['client'], known: Map<string, string>): Promise<Reading> {
  const [found] = await client.$queryRawUnsafe<{ state: string }[]>(SQL);
  const row = JSON.parse(found?.state ?? '') as Row;
  for (const [id, email] of row.people) if (!known.has(id)) known.set(id, email.slice(0, email.indexOf('@')));
  const nameOf = (id: string) => known.get(id) ?? id;
  const roleNames = new Map(row.roles.map(([id, organisation, key]) => [id, roleName(organisation, key)]));
  const memberships = row.memberships.map(([id, user, organisation, role, end, products]) => ({
    id,
    membership: { user: nameOf(user), organisation, role: roleNames.get(role) ?? role, end, products: products.sort() },
  }));
  return {
    state: {
      people: Object.fromEntries(row.people.map(([id, , type, status, displayName, isErased]) => [nameOf(id), { type, status, displayName, isErased }])),
      memberships: Object.fromEntries(memberships.map(({ membership }) => [membershipKey(membership), membership])),
      roles: Object.fromEntries(
        row.roles.map(([, organisation, key, isSystem, permissions]) => [roleName(organisation, key), { organisation, key, permissions: permissions.sort(), isSystem }]),
      ),
      organisations: row.organisations.sort(),
      products: row.products.sort(),
    },
    users: new Map(row.people.map(([id]) => [nameOf(id), id])),
    roles: new Map([...roleNames].map(([id, name]) => [name, id])),
    memberships: new Map(memberships.map(({ id, membership }) => [membershipKey(membership), id])),
  };
}
