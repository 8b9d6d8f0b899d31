import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { reachOfCaller } from '../access/reach.js';
import { sumBy, sumOf } from './sum-counts.js';
import { lastMonths, sumMonths } from './sum-months.js';
import type { GrowthQuery, GrowthView, StatsView } from './stats.dto.js';
import { StatsRepository } from './stats.repository.js';

const MOST_ORGANISATIONS = 100;
const IDENTITY_STATES = ['none', 'synced', 'pending', 'failed'] as const;

@Injectable()
export class StatsService {
  constructor(private readonly stats: StatsRepository) {}

  /** Counts of what the caller may see. */
  async getStats(caller: Caller): Promise<StatsView> {
    const reach = reachOfCaller(caller, 'admin:users:read');
    const counts = await this.stats.countUsers(reach);
    const organisations = await this.stats.countMembers(reach, MOST_ORGANISATIONS);
    const byStatus = sumBy(counts, 'status', USER_STATUSES);
    return {
      users: { total: sumOf(counts), by_status: byStatus, by_type: sumBy(counts, 'type', USER_TYPES) },
      pending: byStatus.pending,
      organisations: organisations.map(({ id, name, users }) => ({ organisation_id: id, name, users })),
      identity: sumBy(counts, 'identity', IDENTITY_STATES),
    };
  }

  /** Who had been added by the end of each of the last months, among those whom the caller may see. */
  async getGrowth({ months }: GrowthQuery, caller: Caller): Promise<GrowthView> {
    const counts = await this.stats.countAdded(reachOfCaller(caller, 'admin:users:read'));
    return { months: sumMonths(counts, lastMonths(new Date(), months)) };
  }
}
