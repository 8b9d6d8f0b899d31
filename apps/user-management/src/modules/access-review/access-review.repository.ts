import { Injectable } from '@nestjs/common';
import type { UserType } from '@sa-platform/contracts';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import type { Paging } from '../../platform/http/paging.js';
import type { Reach } from '../access/reach.js';
import type { HolderView } from './access-review.dto.js';
import type { AccessRow } from './explain-access.js';

export interface HolderFilter {
  permission: string;
  reach: Reach;
  /** Only who holds it there; what holds platform-wide holds there too. */
  organisationId?: string | undefined;
}

interface Row {
  user_id: string;
  display_name: string;
  email: string;
  user_type: string;
  membership_id: string | null;
  organisation_id: string | null;
  organisation_name: string | null;
  role_id: string | null;
  role_key: string | null;
  role_name: string | null;
  expires_at: Date | null;
}

@Injectable()
export class AccessReviewRepository {
  constructor(private readonly database: Database) {}

  /**
   * All that the user's access is made of, within reach, in one statement and so in one snapshot; nothing when the user
   * is out of reach. The joins are those of the context (modules/context/context.repository.ts). The first branch
   * decides the column types; the others fill what they have.
   */
  async findAccessRows(userId: string, reach: Reach): Promise<AccessRow[]> {
    const isVisible = reach === 'platform' ? ANY : Prisma.sql`EXISTS (SELECT 1 FROM held)`;
    return this.database.client.$queryRaw<AccessRow[]>(Prisma.sql`
      WITH held AS (
        SELECT m.id, m.organisation_id, m.role_id, m.expires_at FROM org_memberships m
         WHERE m.user_id = ${userId} AND ${within(reach, Prisma.sql`m.organisation_id`)}
      ), person AS (
        SELECT u.id, u.user_type, u.status FROM users u WHERE u.id = ${userId} AND ${isVisible}
      )
      SELECT 'membership' AS kind, m.id AS source_id, m.organisation_id AS organisation_id, o.name AS organisation_name,
             r.id AS role_id, r.role_key AS role_key, r.name AS role_name, m.expires_at AS expires_at,
             CASE WHEN m.expires_at <= ${this.database.now} THEN 1 ELSE 0 END AS expired, NULL AS ref, NULL AS detail
        FROM held m JOIN organisations o ON o.id = m.organisation_id JOIN roles r ON r.id = m.role_id
      UNION ALL
      SELECT 'user', u.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, u.user_type, u.status FROM person u
      UNION ALL
      SELECT 'type_role', r.id, NULL, NULL, r.id, r.role_key, r.name, NULL, 0, NULL, NULL
        FROM person u JOIN roles r ON r.scope = '*' AND r.role_key = u.user_type WHERE u.user_type <> 'admin'
      UNION ALL
      SELECT 'permission', r.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, rp.permission, NULL
        FROM person u JOIN roles r ON r.scope = '*' AND r.role_key = u.user_type
        JOIN role_permissions rp ON rp.role_id = r.id WHERE u.user_type <> 'admin'
      UNION ALL
      SELECT 'permission', u.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, p.permission, NULL
        FROM person u CROSS JOIN registered_permissions p WHERE u.user_type = 'admin'
      UNION ALL
      SELECT 'permission', m.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, rp.permission, NULL
        FROM held m JOIN role_permissions rp ON rp.role_id = m.role_id
      UNION ALL
      SELECT 'product', m.id, NULL, NULL, NULL, NULL, NULL, NULL, 0, p.id, p.product_key
        FROM held m JOIN product_access pa ON pa.membership_id = m.id JOIN products p ON p.id = pa.product_id`);
  }

  /** Whether somebody has registered exactly this string. */
  async isRegistered(permission: string): Promise<boolean> {
    return (await this.database.client.registeredPermission.count({ where: { permission } })) > 0;
  }

  /** How many rows all pages of `listHolders` have together. */
  async countHolders(filter: HolderFilter): Promise<number> {
    const [row] = await this.database.client.$queryRaw<{ total: bigint }[]>(Prisma.sql`
      SELECT (SELECT COUNT(*) ${platformWide(filter)}) + (SELECT COUNT(*) ${this.byMembership(filter)}) AS total`);
    return Number(row?.total ?? 0);
  }

  /**
   * One page: platform-wide holders, whose place is empty and so comes first on every engine, then those of each
   * organisation. Keys are sorted alone; what is shown is joined to the rows of the page. Each part by itself has no
   * order and no limit: MariaDB would walk all users by e-mail for it.
   */
  async listHolders(filter: HolderFilter, { limit, offset }: Paging): Promise<HolderView[]> {
    const rows = await this.database.client.$queryRaw<Row[]>(Prisma.sql`
      SELECT u.id AS user_id, u.display_name, u.email, u.user_type, m.id AS membership_id, m.organisation_id,
             o.name AS organisation_name, r.id AS role_id, r.role_key, r.name AS role_name, m.expires_at
        FROM (
          SELECT '' AS place, u.email_canonical AS email_canonical, u.id AS user_id, '' AS membership_id ${platformWide(filter)}
          UNION ALL
          SELECT m.organisation_id, u.email_canonical, u.id, m.id ${this.byMembership(filter)}
           ORDER BY place, email_canonical, user_id, membership_id LIMIT ${limit} OFFSET ${offset}) page
        JOIN users u ON u.id = page.user_id
        LEFT JOIN org_memberships m ON m.id = page.membership_id
        LEFT JOIN organisations o ON o.id = m.organisation_id
        LEFT JOIN roles tr ON tr.scope = '*' AND tr.role_key = u.user_type AND u.user_type <> 'admin'
        LEFT JOIN roles r ON r.id = COALESCE(m.role_id, tr.id)
       ORDER BY page.place, page.email_canonical, page.user_id, page.membership_id`);
    return rows.map(toHolder);
  }

  private byMembership({ permission, reach, organisationId }: HolderFilter): Prisma.Sql {
    const place = organisationId === undefined ? ANY : Prisma.sql`m.organisation_id = ${organisationId}`;
    return Prisma.sql`FROM role_permissions rp JOIN org_memberships m ON m.role_id = rp.role_id
      JOIN users u ON u.id = m.user_id
      WHERE rp.permission = ${permission} AND u.status = 'active'
        AND (m.expires_at IS NULL OR m.expires_at > ${this.database.now})
        AND ${within(reach, Prisma.sql`m.organisation_id`)} AND ${place}`;
  }
}

/** Platform admins, and those whose type role has the permission; they are seen by whom their memberships are. */
function platformWide({ permission, reach, organisationId }: HolderFilter): Prisma.Sql {
  const isVisible =
    reach === 'platform'
      ? ANY
      : Prisma.sql`EXISTS (SELECT 1 FROM org_memberships m WHERE m.user_id = u.id AND ${among(Prisma.sql`m.organisation_id`, reach)})`;
  const place =
    organisationId === undefined
      ? ANY
      : Prisma.sql`EXISTS (SELECT 1 FROM organisations o WHERE o.id = ${organisationId} AND ${within(reach, Prisma.sql`o.id`)})`;
  // A join, not `IN` beside `OR`: the few types that have it lead into the index on status and type.
  return Prisma.sql`FROM (
        SELECT 'admin' AS user_type UNION SELECT r.role_key FROM roles r JOIN role_permissions rp ON rp.role_id = r.id
         WHERE r.scope = '*' AND rp.permission = ${permission}) holding
      JOIN users u ON u.user_type = holding.user_type AND u.status = 'active'
     WHERE ${isVisible} AND ${place}`;
}

function within(reach: Reach, column: Prisma.Sql): Prisma.Sql {
  return reach === 'platform' ? ANY : among(column, reach);
}

function toHolder(row: Row): HolderView {
  const isByMembership = row.membership_id !== null;
  return {
    user_id: row.user_id,
    display_name: row.display_name,
    email: row.email,
    user_type: row.user_type as UserType,
    scope: isByMembership ? 'organisation' : 'platform',
    organisation_id: row.organisation_id,
    organisation_name: row.organisation_name,
    source: sourceOf(row),
    membership_id: row.membership_id,
    role: row.role_id === null ? null : { id: row.role_id, key: row.role_key ?? '', name: row.role_name ?? '' },
    expires_at: row.expires_at?.toISOString() ?? null,
  };
}

function sourceOf(row: Row): HolderView['source'] {
  if (row.membership_id !== null) return 'membership';
  return row.user_type === 'admin' ? 'platform_admin' : 'type_role';
}
