import type { UserStatus } from '@sa-platform/contracts';
import { SOURCE_KINDS, type AccessSource, type AccessView } from './access-review.dto.js';

/** One row of the access statement: the user, something that gives permissions, or what it gives. */
export interface AccessRow {
  kind: 'user' | 'type_role' | 'membership' | 'permission' | 'product';
  /** What gives: a membership, a type role, or for a platform admin the user. */
  source_id: string;
  organisation_id: string | null;
  organisation_name: string | null;
  role_id: string | null;
  role_key: string | null;
  role_name: string | null;
  expires_at: Date | null;
  expired: number | bigint;
  /** The permission, the product's id, or the user's type. */
  ref: string | null;
  /** The product's key, or the user's status. */
  detail: string | null;
}

/**
 * Why the user of these rows may do what they may do, or null when there is no user among them. The rules are those of
 * `resolveContext`: somebody who isn't active holds nothing, and an expired membership gives nothing. Both are listed
 * all the same, as not effective.
 */
export function explainAccess(rows: AccessRow[]): AccessView | null {
  const user = rows.find((row) => row.kind === 'user');
  if (!user) return null;
  const isActive = user.detail === 'active';
  const sources = sourcesOf(rows, isActive);
  return {
    user_id: user.source_id,
    status: user.detail as UserStatus,
    is_effective: isActive,
    is_platform_admin: isActive && isAdmin(user),
    permissions: permissionsOf(rows, sources),
    products: productsOf(rows, sources),
  };
}

/** One object for each source, however many permissions come from it. */
function sourcesOf(rows: AccessRow[], isActive: boolean): Map<string, AccessSource> {
  const sources = new Map<string, AccessSource>();
  for (const row of rows) {
    const kind = kindOf(row);
    if (kind !== null) sources.set(row.source_id, toSource(row, kind, isActive));
  }
  return sources;
}

function kindOf(row: AccessRow): AccessSource['kind'] | null {
  if (row.kind === 'membership' || row.kind === 'type_role') return row.kind;
  return row.kind === 'user' && isAdmin(row) ? 'platform_admin' : null;
}

function toSource(row: AccessRow, kind: AccessSource['kind'], isActive: boolean): AccessSource {
  return {
    kind,
    is_effective: isActive && Number(row.expired) === 0,
    organisation_id: row.organisation_id,
    organisation_name: row.organisation_name,
    membership_id: kind === 'membership' ? row.source_id : null,
    role: row.role_id === null ? null : { id: row.role_id, key: textOf(row.role_key), name: textOf(row.role_name) },
    expires_at: row.expires_at?.toISOString() ?? null,
  };
}

function permissionsOf(rows: AccessRow[], sources: Map<string, AccessSource>): AccessView['permissions'] {
  const granting = new Map<string, AccessSource[]>();
  for (const row of rows) {
    const source = row.kind === 'permission' ? sources.get(row.source_id) : undefined;
    if (source) granting.set(textOf(row.ref), [...(granting.get(textOf(row.ref)) ?? []), source]);
  }
  return [...granting]
    .map(([permission, granted]) => ({ permission, sources: granted.sort(bySource) }))
    .sort((a, b) => compare(a.permission, b.permission));
}

function productsOf(rows: AccessRow[], sources: Map<string, AccessSource>): AccessView['products'] {
  return rows
    .flatMap((row) => {
      const source = row.kind === 'product' ? sources.get(row.source_id) : undefined;
      if (!source) return [];
      const { organisation_id: organisationId, is_effective: isEffective } = source;
      return {
        product_id: textOf(row.ref),
        key: textOf(row.detail),
        membership_id: row.source_id,
        organisation_id: textOf(organisationId),
        is_effective: isEffective,
      };
    })
    .sort(
      (a, b) =>
        compare(a.product_id, b.product_id) ||
        compare(a.organisation_id, b.organisation_id) ||
        compare(a.membership_id, b.membership_id),
    );
}

function bySource(a: AccessSource, b: AccessSource): number {
  return (
    SOURCE_KINDS.indexOf(a.kind) - SOURCE_KINDS.indexOf(b.kind) ||
    compare(textOf(a.organisation_id), textOf(b.organisation_id)) ||
    compare(textOf(a.membership_id), textOf(b.membership_id))
  );
}

const isAdmin = (user: AccessRow): boolean => user.ref === 'admin';

const textOf = (value: string | null): string => value ?? '';

/** By code unit, as the context sorts: equal answers are equal bytes on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
