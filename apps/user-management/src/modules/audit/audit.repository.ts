import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditEntryView, AuditTargetType } from '@sa-platform/contracts';
import { among } from '../../platform/database/among.js';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';
import { chainOf, toAuditEntryView } from './audit-entry-view.js';
import { FIRST_HASH, type ChainHead, type SealedEntry } from './seal-entry.js';
import type { StatedChain } from './verify-chain.js';

/** Both engines limit the parameters of a statement. */
const MOST_AT_ONCE = 500;

/** Whose entries: an organisation's, the platform's own (null), or all of these. */
export type Chains = 'all' | readonly (string | null)[];

export interface AuditFilter {
  chains: Chains;
  action?: AuditAction | undefined;
  actorId?: string | undefined;
  targetType?: AuditTargetType | undefined;
  targetId?: string | undefined;
  from?: Date | undefined;
  until?: Date | undefined;
}

export interface AuditPosition {
  /** Goes on behind this entry. */
  after: string | undefined;
  order: 'oldest first' | 'newest first';
  limit: number;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** The heads of these chains, locked in one order until the transaction ends; a chain that is not there begins. */
  async lockHeads(chains: string[]): Promise<Map<string, ChainHead>> {
    const names = [...new Set(chains)].sort();
    let heads = await this.selectHeads(names);
    const missing = names.filter((name) => !heads.has(name));
    if (missing.length > 0) {
      await this.begin(missing);
      heads = await this.selectHeads(names);
    }
    return heads;
  }

  async append(entries: SealedEntry[], heads: Iterable<ChainHead>): Promise<void> {
    for (let from = 0; from < entries.length; from += MOST_AT_ONCE) {
      await this.database.client.auditEntry.createMany({ data: entries.slice(from, from + MOST_AT_ONCE) });
    }
    for (const { chain, sequence, hash } of heads) {
      await this.database.client.auditChain.update({ where: { chain }, data: { sequence, hash }, select: { chain: true } });
    }
  }

  async list(filter: AuditFilter, { after, order, limit }: AuditPosition): Promise<AuditEntryView[]> {
    const isOldestFirst = order === 'oldest first';
    const rows = await this.database.client.auditEntry.findMany({
      where: {
        ...(filter.chains === 'all' ? {} : { chain: { in: filter.chains.map(chainOf) } }),
        ...(filter.action === undefined ? {} : { action: filter.action }),
        ...(filter.actorId === undefined ? {} : { actorId: filter.actorId }),
        ...(filter.targetType === undefined ? {} : { targetType: filter.targetType }),
        ...(filter.targetId === undefined ? {} : { targetId: filter.targetId }),
        occurredAt: { ...(filter.from ? { gte: filter.from } : {}), ...(filter.until ? { lt: filter.until } : {}) },
        ...(after === undefined ? {} : { id: isOldestFirst ? { gt: after } : { lt: after } }),
      },
      orderBy: { id: isOldestFirst ? 'asc' : 'desc' },
      take: limit,
    });
    return rows.map(toAuditEntryView);
  }

  /** The first chain by its name behind `after`; null: of all. */
  async findNextChain(chains: Chains, after: string | null): Promise<StatedChain | null> {
    const within = { ...(chains === 'all' ? {} : { in: chains.map(chainOf) }), ...(after === null ? {} : { gt: after }) };
    return this.database.client.auditChain.findFirst({ where: { chain: within }, orderBy: { chain: 'asc' } });
  }

  async findChain(chain: string): Promise<StatedChain | null> {
    return this.database.client.auditChain.findUnique({ where: { chain } });
  }

  /** A piece of a chain as it stands in the database, for verifying. */
  async read(chain: string, after: bigint, until: bigint, limit: number): Promise<SealedEntry[]> {
    return this.database.client.auditEntry.findMany({
      where: { chain, sequence: { gt: after, lte: until } },
      orderBy: { sequence: 'asc' },
      take: limit,
    });
  }

  /** Of an erased person nothing personal stays; the chain holds without it. */
  async erasePersonal(userId: string): Promise<void> {
    await this.database.client.auditEntry.updateMany({
      where: { targetType: 'user', targetId: userId, personal: { not: null } },
      data: { personal: null },
    });
  }

  /** Removes the oldest entries of a chain whose head is locked; `last` is the newest of them. */
  async remove(chain: string, last: Pick<SealedEntry, 'sequence' | 'hash'>): Promise<number> {
    await this.database.client.auditChain.update({
      where: { chain },
      data: { removedSequence: last.sequence, removedHash: last.hash },
      select: { chain: true },
    });
    const { count } = await this.database.client.auditEntry.deleteMany({ where: { chain, sequence: { lte: last.sequence } } });
    return count;
  }

  private async selectHeads(names: string[]): Promise<Map<string, ChainHead>> {
    const rows = await this.database.client.$queryRaw<ChainHead[]>(
      Prisma.sql`SELECT chain, sequence, hash FROM audit_chains WHERE ${among(Prisma.sql`chain`, names)} ORDER BY chain FOR UPDATE`,
    );
    return new Map(rows.map((row) => [row.chain, row]));
  }

  private async begin(chains: string[]): Promise<void> {
    const data = chains.map((chain) => ({ chain, hash: FIRST_HASH }));
    await this.database.client.auditChain.createMany({ data, skipDuplicates: true });
  }
}
