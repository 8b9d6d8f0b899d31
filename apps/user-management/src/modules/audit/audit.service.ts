import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AuditEntryView } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { actorOf } from '../access/caller.js';
import { covers, onlyOrganisationOf, reachOfCaller } from '../access/reach.js';
import type { AuditPage, ExportAuditQuery, ListAuditQuery } from './audit.dto.js';
import { AuditRepository, type AuditFilter, type Chains } from './audit.repository.js';
import { AuditTrail } from './audit-trail.js';
import { CSV_HEADER, toCsvLine, toJsonLine } from './export-lines.js';

const READ = 'admin:audit:read';
const EXPORTED_AT_ONCE = 500;

/** Reads the trail: an organisation's administrators their organisation's entries, the platform's all of them. */
@Injectable()
export class AuditService {
  constructor(
    private readonly entries: AuditRepository,
    private readonly trail: AuditTrail,
  ) {}

  /** The newest first. @throws AppError `organisation.not_found` out of the caller's reach */
  async listEntries({ limit, cursor, ...query }: ListAuditQuery, caller: Caller): Promise<AuditPage> {
    const items = await this.entries.list(filterOf(query, caller), { after: cursor, order: 'newest first', limit });
    return { items, limit, next_cursor: items.length < limit ? null : (items.at(-1)?.id ?? null) };
  }

  /**
   * The oldest first, as a stream: what is written meanwhile is part of it. That it was taken is written down first.
   *
   * @throws AppError as `listEntries`
   */
  async exportEntries({ format, ...query }: ExportAuditQuery, caller: Caller): Promise<Readable> {
    const filter = filterOf(query, caller);
    await this.trail.record({
      action: 'AUDIT_EXPORTED',
      actor: actorOf(caller),
      target: { type: 'audit', id: null },
      organisationId: query.organisation_id ?? onlyOrganisationOf(reachOfCaller(caller, READ)),
      after: { format },
    });
    const lines = format === 'csv' ? this.csv(filter) : this.jsonLines(filter);
    return Readable.from(lines, { objectMode: false, highWaterMark: 1 });
  }

  private async *csv(filter: AuditFilter): AsyncGenerator<Buffer> {
    yield Buffer.from(CSV_HEADER);
    for await (const entries of this.pages(filter)) yield Buffer.from(entries.map(toCsvLine).join(''));
  }

  private async *jsonLines(filter: AuditFilter): AsyncGenerator<Buffer> {
    for await (const entries of this.pages(filter)) yield Buffer.from(entries.map(toJsonLine).join(''));
  }

  private async *pages(filter: AuditFilter): AsyncGenerator<AuditEntryView[]> {
    let after: string | undefined;
    for (;;) {
      const entries = await this.entries.list(filter, { after, order: 'oldest first', limit: EXPORTED_AT_ONCE });
      if (entries.length > 0) yield entries;
      if (entries.length < EXPORTED_AT_ONCE) return;
      after = entries.at(-1)?.id;
    }
  }
}

/**
 * The chains that the caller may read, or the one of them that is asked for.
 *
 * @throws AppError `organisation.not_found`, or `access.denied` for the platform's own without reach over it
 */
export function readableChains(query: { organisation_id?: string | undefined; scope?: 'platform' | undefined }, caller: Caller): Chains {
  const reach = reachOfCaller(caller, READ);
  if (query.scope === 'platform') {
    if (reach !== 'platform') throw new AppError('access.denied');
    return [null];
  }
  if (query.organisation_id === undefined) return reach === 'platform' ? 'all' : reach;
  if (!covers(reach, query.organisation_id)) throw new AppError('organisation.not_found');
  return [query.organisation_id];
}

function filterOf(query: Omit<ExportAuditQuery, 'format'>, caller: Caller): AuditFilter {
  return {
    chains: readableChains(query, caller),
    action: query.action,
    actorId: query.actor_id,
    targetType: query.target_type,
    targetId: query.target_id,
    from: query.from,
    until: query.until,
  };
}
