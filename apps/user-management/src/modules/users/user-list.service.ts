import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { MembershipView } from '@sa-platform/contracts';
import type { Paging } from '../../platform/http/paging.js';
import { reachOfCaller, type Reach } from '../access/reach.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { nextCursor, parseCursor, parseSort } from './user-cursor.js';
import { UserListRepository, type UserFilter } from './user-list.repository.js';
import type { ListUsersQuery, UserPage, UserSummary } from './users.dto.js';

type UsersQuery = Omit<ListUsersQuery, 'with_total'>;

const READ = 'admin:users:read';
/** Rows of one statement of a reading that takes all pages. */
const PAGE = 500;

@Injectable()
export class UserListService {
  constructor(
    private readonly users: UserListRepository,
    private readonly memberships: MembershipsService,
  ) {}

  /**
   * Users within the caller's reach, each with the memberships within it; `total` ignores paging.
   *
   * @param permission whose reach counts
   */
  async listCounted(query: UsersQuery, caller: Caller, permission: string = READ): Promise<UserPage> {
    const filter = filterOf(query, reachOfCaller(caller, permission));
    const page = await this.listWithin(filter, query);
    return { ...page, total: await this.users.count(filter) };
  }

  /** The same without the total: as quick among a million as among a hundred. */
  listUsers(query: UsersQuery, caller: Caller): Promise<Omit<UserPage, 'total'>> {
    return this.listWithin(filterOf(query, reachOfCaller(caller, READ)), query);
  }

  private async listWithin(filter: UserFilter, { limit, offset, sort, cursor }: UsersQuery): Promise<Omit<UserPage, 'total'>> {
    const items = await this.listPage(filter, sort, { limit, offset, cursor: cursor ?? null });
    const last = items.length === limit ? items.at(-1) : undefined;
    return { items, limit, offset, next_cursor: last ? nextCursor(last, sort) : null };
  }

  /** All that the list would show, page after page; whoever stops taking them stops the reading. */
  async *pages(query: Omit<UsersQuery, 'limit' | 'offset' | 'cursor'>, caller: Caller): AsyncGenerator<UserSummary[]> {
    const filter = filterOf(query, reachOfCaller(caller, READ));
    let cursor: string | null = null;
    do {
      const items: UserSummary[] = await this.listPage(filter, query.sort, { limit: PAGE, offset: 0, cursor });
      const last = items.length === PAGE ? items.at(-1) : undefined;
      cursor = last ? nextCursor(last, query.sort) : null;
      yield items;
    } while (cursor !== null);
  }

  private async listPage(
    filter: UserFilter,
    sort: ListUsersQuery['sort'],
    { limit, offset, cursor }: Paging & { cursor: string | null },
  ): Promise<UserSummary[]> {
    const after = cursor === null ? null : parseCursor(cursor, sort);
    const profiles = await this.users.list(filter, parseSort(sort), { limit, offset, after });
    const memberships = groupByUser(await this.memberships.reader.listOf(profiles.map(({ id }) => id), filter.reach));
    return profiles.map((profile) => ({ ...profile, memberships: memberships.get(profile.id) ?? [] }));
  }
}

function filterOf(query: Omit<UsersQuery, 'limit' | 'offset' | 'cursor'>, reach: Reach): UserFilter {
  return {
    reach,
    ids: query.ids,
    organisationId: query.organisation_id,
    userType: query.user_type,
    status: query.status,
    productId: query.product_id,
    search: query.search,
  };
}

function groupByUser(memberships: MembershipView[]): Map<string, MembershipView[]> {
  const groups = new Map<string, MembershipView[]>();
  for (const membership of memberships) {
    groups.set(membership.user_id, [...(groups.get(membership.user_id) ?? []), membership]);
  }
  return groups;
}
