import type { ContextMembership, UserContext, UserStatus, UserType } from '@sa-platform/contracts';

/** One row of the context statement; `kind` says what the other columns mean. */
export interface ContextRow {
  kind: 'membership' | 'user' | 'product' | 'permission' | 'type role' | 'platform permission' | 'registry';
  id: string | null;
  ref: string | null;
  name: string | null;
  a: string | null;
  b: string | null;
  c: string | null;
  expires_at: Date | null;
  expired: number | bigint;
  version: number | bigint | string;
}

/**
 * The context that these rows make (DESIGN 3.3), or null when there is no user among them. Somebody who isn't active
 * holds nothing; an expired membership is gone.
 */
export function resolveContext(rows: ContextRow[]): UserContext | null {
  const holdings = resolveHoldings(rows);
  if (holdings === null) return null;
  const isActive = holdings.status === 'active';
  return {
    ...holdings,
    is_platform_admin: isActive && holdings.user_type === 'admin',
    permissions: isActive ? holdings.permissions : [],
    memberships: resolveMemberships(rows.filter((row) => !isExpired(row)), isActive),
  };
}

/**
 * What the user would hold if active and nothing had expired: what decides who may touch their account, so that
 * suspending somebody doesn't put them within reach of those they outrank.
 */
export function resolveHoldings(rows: ContextRow[]): UserContext | null {
  const user = rows.find((row) => row.kind === 'user');
  if (!user) return null;
  return {
    user_id: textOf(user.id),
    external_id: user.ref,
    email: textOf(user.a),
    display_name: textOf(user.name),
    user_type: textOf(user.b) as UserType,
    status: textOf(user.c) as UserStatus,
    is_platform_admin: user.b === 'admin',
    permissions: refsOf(rows, 'platform permission'),
    memberships: resolveMemberships(rows, true),
    version: versionOf(rows),
  };
}

/**
 * Sum of what each part adds; see context-version.ts. An expired membership still counts, plus one: the content changed
 * without a write.
 */
function versionOf(rows: ContextRow[]): number {
  return rows.reduce((sum, row) => sum + Number(row.version) + Number(row.expired), 0);
}

function resolveMemberships(rows: ContextRow[], isActive: boolean): ContextMembership[] {
  const permissions = groupById(rows, 'permission');
  const products = groupById(rows, 'product');
  return rows
    .filter((row) => row.kind === 'membership')
    .map((row) => ({
      membership_id: textOf(row.id),
      organisation_id: textOf(row.ref),
      organisation_name: textOf(row.name),
      role: { id: textOf(row.a), key: textOf(row.b), name: textOf(row.c) },
      permissions: isActive ? refsOf(permissions.get(textOf(row.id)) ?? [], 'permission') : [],
      products: isActive ? productsOf(products.get(textOf(row.id)) ?? []) : [],
      expires_at: row.expires_at?.toISOString() ?? null,
    }))
    .sort((a, b) => compare(a.organisation_id, b.organisation_id) || compare(a.membership_id, b.membership_id));
}

function productsOf(rows: ContextRow[]): ContextMembership['products'] {
  return rows
    .map((row) => ({ product_id: textOf(row.ref), key: textOf(row.name) }))
    .sort((a, b) => compare(a.product_id, b.product_id));
}

function refsOf(rows: ContextRow[], kind: ContextRow['kind']): string[] {
  const refs = rows.filter((row) => row.kind === kind).map((row) => textOf(row.ref));
  return [...new Set(refs)].sort(compare);
}

function groupById(rows: ContextRow[], kind: ContextRow['kind']): Map<string, ContextRow[]> {
  const groups = new Map<string, ContextRow[]>();
  for (const row of rows) {
    if (row.kind !== kind) continue;
    const key = textOf(row.id);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

function isExpired(row: ContextRow): boolean {
  return row.kind === 'membership' && Number(row.expired) === 1;
}

const textOf = (value: string | null): string => value ?? '';

/** By code unit: a locale would sort differently on another machine, and equal contexts must be equal bytes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
