import { Injectable } from '@nestjs/common';
import type { UserProfile, UserStatus, UserType } from '@sa-platform/contracts';
import { among, ANY } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { containing } from '../../platform/database/like.js';
import type { Paging } from '../../platform/http/paging.js';
import type { Reach } from '../access/reach.js';
import { searchable } from './search-text.js';
import type { UserCursor, UserSort } from './user-cursor.js';

export interface UserFilter {
  reach: Reach;
  ids?: string[] | undefined;
  organisationId?: string | undefined;
  userType?: string | undefined;
  status?: string | undefined;
  productId?: string | undefined;
  search?: string | undefined;
}

interface Row {
  id: string;
  external_id: string | null;
  email: string;
  email_canonical: string;
  display_name: string;
  user_type: string;
  status: string;
  phone: string | null;
  locale: string | null;
  time_zone: string | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = {
  created_at: Prisma.sql`u.created_at`,
  email: Prisma.sql`u.email_canonical`,
  display_name: Prisma.sql`u.display_name`,
} as const;

@Injectable()
export class UserListRepository {
  constructor(private readonly database: Database) {}

  async count(filter: UserFilter): Promise<number> {
    const membership = membershipConditions(filter);
    // Whom memberships alone decide about, their index alone counts.
    const isTheirsToCount = membership.length > 0 && userConditions(filter).length === 0;
    const counted = isTheirsToCount
      ? Prisma.sql`(SELECT DISTINCT m.user_id ${fromMembershipsWhere(membership, filter.productId)}) members`
      : Prisma.sql`users u WHERE ${whereOf(filter)}`;
    const [row] = await this.database.client.$queryRaw<{ total: bigint }[]>(Prisma.sql`SELECT COUNT(*) AS total FROM ${counted}`);
    return Number(row?.total ?? 0);
  }

  /** One page; ids first from the index, then the rows of that page, which keeps a far offset cheap. */
  async list(filter: UserFilter, sort: UserSort, page: Paging & { after: UserCursor | null }): Promise<UserProfile[]> {
    const direction = sort.descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const column = COLUMNS[sort.by];
    // Nobody shares an e-mail, and MySQL would sort everybody for the sake of an id that decides nothing.
    const order = sort.by === 'email' ? Prisma.sql`${column} ${direction}` : Prisma.sql`${column} ${direction}, u.id ${direction}`;
    const where = page.after ? Prisma.sql`${whereOf(filter)} AND ${this.isAfter(sort, page.after)}` : whereOf(filter);
    const offset = page.after ? 0 : page.offset;
    const rows = await this.database.client.$queryRaw<Row[]>(Prisma.sql`
      SELECT u.id, u.external_id, u.email, u.email_canonical, u.display_name, u.user_type, u.status, u.phone, u.locale,
             u.time_zone, u.created_at, u.updated_at
        FROM (SELECT u.id FROM users u WHERE ${where}
               ORDER BY ${order} LIMIT ${page.limit} OFFSET ${offset}) page
        JOIN users u ON u.id = page.id ORDER BY ${order}`);
    return rows.map(toProfile);
  }

  /** Read from the index where the last page ended: each dialect finds that place by words of its own. */
  private isAfter({ by, descending }: UserSort, { value, id }: UserCursor): Prisma.Sql {
    const column = COLUMNS[by];
    const last = by === 'created_at' ? new Date(value) : value;
    const beyond = descending ? Prisma.sql`<` : Prisma.sql`>`;
    if (by === 'email') return Prisma.sql`${column} ${beyond} ${last}`;
    return this.database.dialect === 'mysql'
      ? Prisma.sql`(${column} ${beyond} ${last} OR (${column} = ${last} AND u.id ${beyond} ${id}))`
      : Prisma.sql`(${column}, u.id) ${beyond} (${last}, ${id})`;
  }
}

function whereOf(filter: UserFilter): Prisma.Sql {
  const conditions = [ANY, ...userConditions(filter)];
  const membership = membershipConditions(filter);
  if (membership.length > 0) conditions.push(Prisma.sql`EXISTS (SELECT 1 ${fromMembershipsWhere([Prisma.sql`m.user_id = u.id`, ...membership], filter.productId)})`);
  return Prisma.join(conditions, ' AND ');
}

/** What the user alone has to meet. */
function userConditions(filter: UserFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (filter.ids !== undefined) conditions.push(among(Prisma.sql`u.id`, filter.ids));
  if (filter.userType !== undefined) conditions.push(Prisma.sql`u.user_type = ${filter.userType}`);
  if (filter.status !== undefined) conditions.push(Prisma.sql`u.status = ${filter.status}`);
  if (filter.search !== undefined) {
    conditions.push(Prisma.sql`u.search_text LIKE ${containing(searchable(filter.search))} ESCAPE '!'`);
  }
  return conditions;
}

/** What one and the same membership has to meet: the filters, and the reach of who asks. */
function membershipConditions({ reach, organisationId, productId }: UserFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (organisationId !== undefined) conditions.push(Prisma.sql`m.organisation_id = ${organisationId}`);
  if (reach !== 'platform') conditions.push(among(Prisma.sql`m.organisation_id`, reach));
  if (productId !== undefined) conditions.push(Prisma.sql`pa.product_id = ${productId}`);
  return conditions;
}

function fromMembershipsWhere(conditions: Prisma.Sql[], productId: string | undefined): Prisma.Sql {
  const products =
    productId === undefined ? Prisma.empty : Prisma.sql`JOIN product_access pa ON pa.membership_id = m.id`;
  return Prisma.sql`FROM org_memberships m ${products} WHERE ${Prisma.join(conditions, ' AND ')}`;
}

function toProfile(row: Row): UserProfile {
  const { email_canonical: _emailCanonical, ...profile } = row;
  return {
    ...profile,
    user_type: row.user_type as UserType,
    status: row.status as UserStatus,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
