import { Injectable } from '@nestjs/common';
import type { EventType } from '@sa-platform/contracts';
import { Database } from '../../platform/database/database.js';
import type { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { chainOf, toAuditEntryView } from '../audit/audit-entry-view.js';
import type { Reach } from '../access/reach.js';
import type { PersonalData } from './personal-data.dto.js';

/** Rows of one statement. */
const PAGE = 500;

type Events = PersonalData['events'];
type Imports = NonNullable<PersonalData['imports']>;
type Audit = PersonalData['audit'];
type Drift = NonNullable<PersonalData['drift']>;

/** Reads what other modules keep about one person, page after page; whoever stops taking them stops the reading. */
@Injectable()
export class PersonalDataRepository {
  constructor(private readonly database: Database) {}

  /** Within reach, or of no organisation; never who did it, who is somebody else. */
  async *events(userId: string, reach: Reach): AsyncGenerator<Events> {
    const within: Prisma.OutboxEventWhereInput =
      reach === 'platform' ? {} : { OR: [{ organisationId: null }, { organisationId: { in: [...reach] } }] };
    for (let after = 0n, isLast = false; !isLast; ) {
      const rows = await this.database.client.outboxEvent.findMany({
        where: { userId, position: { gt: after }, ...within },
        orderBy: { position: 'asc' },
        take: PAGE,
        select: { id: true, type: true, occurredAt: true, organisationId: true, position: true },
      });
      after = rows.at(-1)?.position ?? after;
      isLast = rows.length < PAGE;
      yield rows.map(({ id, type, occurredAt, organisationId }) => {
        return { id, type: type as EventType, occurred_at: occurredAt.toISOString(), organisation_id: organisationId };
      });
    }
  }

  /** Never who did it. What belongs to no organisation tells of all that the person belonged to. */
  async *audit(userId: string, reach: Reach): AsyncGenerator<Audit> {
    const within = reach === 'platform' ? {} : { chain: { in: reach.map(chainOf) } };
    for (let after = '', isLast = false; !isLast; ) {
      const rows = await this.database.client.auditEntry.findMany({
        where: { targetType: 'user', targetId: userId, id: { gt: after }, ...within },
        orderBy: { id: 'asc' },
        take: PAGE,
      });
      after = rows.at(-1)?.id ?? after;
      isLast = rows.length < PAGE;
      yield rows.map(toAuditEntryView).map(({ id, organisation_id, occurred_at, action, before, after: now, personal }) => {
        return { id, organisation_id, occurred_at, action, before, after: now, personal };
      });
    }
  }

  async *imports(createdBy: string): AsyncGenerator<Imports> {
    for (let after = '', isLast = false; !isLast; ) {
      const rows = await this.database.client.import.findMany({
        where: { createdBy, id: { gt: after } },
        orderBy: { id: 'asc' },
        take: PAGE,
        select: { id: true, state: true, rowCount: true, createdAt: true, finishedAt: true },
      });
      after = rows.at(-1)?.id ?? after;
      isLast = rows.length < PAGE;
      yield rows.map(({ rowCount, createdAt, finishedAt, ...row }) => {
        return { ...row, rows: rowCount, created_at: createdAt.toISOString(), finished_at: finishedAt?.toISOString() ?? null };
      });
    }
  }

  /** Of the few scans that are kept. */
  async *drift(userId: string): AsyncGenerator<Drift> {
    const where = { userId, state: { not: 'suspected' } };
    const rows = await this.database.client.driftItem.findMany({ where, orderBy: { id: 'asc' } });
    yield rows.map(({ id, kind, ours, theirs, state, detectedAt }) => ({
      id,
      kind: kind as Drift[number]['kind'],
      ours: ours === null ? null : (JSON.parse(ours) as Drift[number]['ours']),
      theirs: theirs === null ? null : (JSON.parse(theirs) as Drift[number]['theirs']),
      state: state as Drift[number]['state'],
      detected_at: detectedAt.toISOString(),
    }));
  }
}
