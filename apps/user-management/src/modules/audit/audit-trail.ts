import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditAction, AuditState, AuditTarget, EventActor } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Database } from '../../platform/database/database.js';
import { currentRequest } from '../../platform/http/current-request.js';
import { chainOf } from './audit-entry-view.js';
import { AuditRepository } from './audit.repository.js';
import { sealEntry, type SealedEntry, type UnsealedEntry } from './seal-entry.js';

/** One thing that was done. `before` and `after` hold nothing personal: that goes into `personal`, which can be erased. */
export interface AuditRecord {
  action: AuditAction;
  actor: EventActor;
  target: AuditTarget;
  /** In whose chain it stands; null: the platform's own. */
  organisationId: string | null;
  before?: AuditState | null;
  after?: AuditState | null;
  personal?: UnsealedEntry['personal'];
}

/** An entry gets its name and its time with its place: within a chain all three go the same way. */
interface ChainedEntry {
  chain: string;
  entry: Omit<UnsealedEntry, 'id' | 'occurredAt'>;
}

/** Writes down what was done, in the transaction that does it. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly entries: AuditRepository,
  ) {}

  /** Commits with the open transaction; without one, now. */
  async record(...records: AuditRecord[]): Promise<void> {
    await this.database.gather(this.write, records.map(toEntry));
  }

  /** Of an erased person nothing personal stays. */
  async erasePersonal(userId: string): Promise<void> {
    await this.entries.erasePersonal(userId);
  }

  /** The chains' heads are the last locks of each transaction, taken in one order. */
  private readonly write = async (items: ChainedEntry[]): Promise<void> => {
    const heads = await this.entries.lockHeads(items.map(({ chain }) => chain));
    const sealed: SealedEntry[] = [];
    for (const { chain, entry } of items) {
      const head = heads.get(chain);
      if (!head) throw new Error(`The audit chain ${chain} has no head`);
      const next = sealEntry(head, { ...entry, id: uuidv7(), occurredAt: new Date() });
      heads.set(chain, next);
      sealed.push(next);
    }
    await this.entries.append(sealed, heads.values());
  };
}

/** An account that is nobody's is named by a digest: whose it is can be compared, not read. */
export function accountTarget(subject: string): AuditTarget {
  return { type: 'account', id: hash('sha256', subject) };
}

function toEntry({ action, actor, target, organisationId, before, after, personal }: AuditRecord): ChainedEntry {
  const entry = {
    action,
    actor,
    impersonatorId: actor.impersonator_id ?? null,
    target,
    requestId: currentRequest()?.id ?? null,
    before: before ?? null,
    after: after ?? null,
    personal: personal ?? null,
  };
  return { chain: chainOf(organisationId), entry };
}
