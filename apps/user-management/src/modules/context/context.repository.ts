import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { ContextRow } from './resolve-context.js';

/** Which user: by our id, or by the identity provider's subject. */
export type UserKey = { id: string } | { externalId: string };

@Injectable()
export class ContextRepository {
  constructor(private readonly database: Database) {}

  /**
   * Everything a context is made of, in one statement and so in one snapshot: content and version belong together.
   * The first branch decides the column types; the others fill what they have.
   */
  async findRows(key: UserKey): Promise<ContextRow[]> {
    const user = 'id' in key ? Prisma.sql`u.id = ${key.id}` : Prisma.sql`u.external_id = ${key.externalId}`;
    return this.database.client.$queryRaw<ContextRow[]>(Prisma.sql`
      SELECT 'membership' AS kind, m.id AS id, m.organisation_id AS ref, o.name AS name, r.id AS a, r.role_key AS b, r.name AS c,
             m.expires_at AS expires_at, CASE WHEN m.expires_at <= ${this.database.now} THEN 1 ELSE 0 END AS expired,
             o.version + r.version AS version
        FROM users u JOIN org_memberships m ON m.user_id = u.id
        JOIN organisations o ON o.id = m.organisation_id JOIN roles r ON r.id = m.role_id WHERE ${user}
      UNION ALL
      SELECT 'user', u.id, u.external_id, u.display_name, u.email, u.user_type, u.status, NULL, 0, u.version
        FROM users u WHERE ${user}
      UNION ALL
      SELECT 'product', m.id, p.id, p.product_key, NULL, NULL, NULL, NULL, 0, 0
        FROM users u JOIN org_memberships m ON m.user_id = u.id
        JOIN product_access pa ON pa.membership_id = m.id JOIN products p ON p.id = pa.product_id WHERE ${user}
      UNION ALL
      SELECT 'permission', m.id, rp.permission, NULL, NULL, NULL, NULL, NULL, 0, 0
        FROM users u JOIN org_memberships m ON m.user_id = u.id JOIN role_permissions rp ON rp.role_id = m.role_id WHERE ${user}
      UNION ALL
      SELECT 'type role', r.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, r.version
        FROM users u JOIN roles r ON r.scope = '*' AND r.role_key = u.user_type WHERE ${user} AND u.user_type <> 'admin'
      UNION ALL
      SELECT 'platform permission', NULL, rp.permission, NULL, NULL, NULL, NULL, NULL, 0, 0
        FROM users u JOIN roles r ON r.scope = '*' AND r.role_key = u.user_type
        JOIN role_permissions rp ON rp.role_id = r.id WHERE ${user} AND u.user_type <> 'admin'
      UNION ALL
      SELECT 'registry', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, s.version
        FROM users u JOIN platform_state s ON s.name = 'permission_registry' WHERE ${user} AND u.user_type = 'admin'
      UNION ALL
      SELECT 'platform permission', NULL, p.permission, NULL, NULL, NULL, NULL, NULL, 0, 0
        FROM users u CROSS JOIN registered_permissions p WHERE ${user} AND u.user_type = 'admin'`);
  }

  /** The context version of each of these users; users that don't exist are left out. */
  async listVersions(userIds: string[]): Promise<Map<string, number>> {
    if (userIds.length === 0) return new Map();
    const rows = await this.database.client.$queryRaw<{ id: string; version: bigint | number | string }[]>(Prisma.sql`
      SELECT u.id AS id, u.version + COALESCE((
          SELECT SUM(o.version + r.version + CASE WHEN m.expires_at <= ${this.database.now} THEN 1 ELSE 0 END)
            FROM org_memberships m JOIN organisations o ON o.id = m.organisation_id JOIN roles r ON r.id = m.role_id
           WHERE m.user_id = u.id), 0) + COALESCE((
          SELECT r.version FROM roles r WHERE r.scope = '*' AND r.role_key = u.user_type AND u.user_type <> 'admin'), 0)
        + COALESCE((SELECT s.version FROM platform_state s WHERE s.name = 'permission_registry' AND u.user_type = 'admin'), 0) AS version
        FROM users u WHERE u.id IN (${Prisma.join(userIds)})`);
    return new Map(rows.map((row) => [row.id, Number(row.version)]));
  }

  /** Locks the user's row until the transaction ends: changes of one user follow each other. False: no such user. */
  async lockUser(userId: string): Promise<boolean> {
    const rows = await this.database.client.$queryRaw<unknown[]>(
      Prisma.sql`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`,
    );
    return rows.length > 0;
  }

  async raiseUserVersion(userId: string, by: number): Promise<void> {
    await this.database.client.$executeRaw(
      Prisma.sql`UPDATE users SET version = version + ${by}, updated_at = ${this.database.now} WHERE id = ${userId}`,
    );
  }

  /**
   * What a role or organisation adds to the version of each member; locked, so it can't rise until the transaction ends.
   * Shared: those who leave a role must not wait for those who come to it, or two that change places wait for each other.
   */
  async lockWeight(table: 'roles' | 'organisations', id: string): Promise<number> {
    const from = table === 'roles' ? Prisma.sql`roles` : Prisma.sql`organisations`;
    const rows = await this.database.client.$queryRaw<{ version: bigint }[]>(
      Prisma.sql`SELECT version FROM ${from} WHERE id = ${id} ${this.database.forShare}`,
    );
    return Number(rows[0]?.version ?? 0);
  }

  /** The same for what a user type adds: its type role, or the permission registry for admins. */
  async lockTypeWeight(userType: string): Promise<number> {
    const query =
      userType === 'admin'
        ? Prisma.sql`SELECT version FROM platform_state WHERE name = 'permission_registry' ${this.database.forShare}`
        : Prisma.sql`SELECT version FROM roles WHERE scope = '*' AND role_key = ${userType} ${this.database.forShare}`;
    const rows = await this.database.client.$queryRaw<{ version: bigint }[]>(query);
    return Number(rows[0]?.version ?? 0);
  }
}
