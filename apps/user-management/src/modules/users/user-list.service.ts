import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { MembershipView } from '@sa-platform/contracts';
import { reachOfCaller } from '../access/reach.js';
import { MembershipsService } from '../memberships/memberships.service.js';
import { nextCursor, parseCursor, parseSort } from './user-cursor.js';
import { UserListRepository } from './user-list.repository.js';
import type { ListUsersQuery, UserPage } from './users.dto.js';

@Injectable()
export class UserListService {
  constructor(
    private readonly users: UserListRepository,
    private readonly memberships: MembershipsService,
  ) {}

  /** Users within the caller's reach, each with the memberships within it; `total` ignores paging. */
  async listUsers(query: ListUsersQuery, caller: Caller): Promise<UserPage> {
    const { limit, offset, sort, cursor } = query;
    const reach = reachOfCaller(caller, 'admin:users:read');
    const filter = {
      reach,
      organisationId: query.organisation_id,
      userType: query.user_type,
      status: query.status,
      productId: query.product_id,
      search: query.search,
    };
    const after = cursor === undefined ? null : parseCursor(cursor, sort);
    const profiles = await this.users.list(filter, parseSort(sort), { limit, offset, after });
    const total = await this.users.count(filter);
    const memberships = groupByUser(await this.memberships.reader.listOf(profiles.map(({ id }) => id), reach));
    const last = profiles.length === limit ? profiles.at(-1) : undefined;
    return {
      items: profiles.map((profile) => ({ ...profile, memberships: memberships.get(profile.id) ?? [] })),
      total,
      limit,
      offset,
      next_cursor: last ? nextCursor(last, sort) : null,
    };
  }
}

function groupByUser(memberships: MembershipView[]): Map<string, MembershipView[]> {
  const groups = new Map<string, MembershipView[]>();
  for (const membership of memberships) {
    groups.set(membership.user_id, [...(groups.get(membership.user_id) ?? []), membership]);
  }
  return groups;
}
