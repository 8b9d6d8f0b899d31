import { digestOf, FIRST_HASH, hashOf, type SealedEntry } from './seal-entry.js';

/** What the head row of a chain says. */
export interface StatedChain {
  chain: string;
  sequence: bigint;
  hash: string;
  removedSequence: bigint;
  removedHash: string | null;
}

/** Why a link does not hold. */
export type BreakReason =
  /** The entry does not say what was hashed. */
  | 'changed'
  /** The personal part is another one than was hashed. */
  | 'personal_changed'
  /** The entry does not follow the one before it. */
  | 'unlinked'
  /** An entry that must be there is not. */
  | 'missing'
  /** The chain ends elsewhere than its head says. */
  | 'head_differs'
  /** Entries were removed, and no entry tells of it. */
  | 'removal_untold';

export interface Break {
  sequence: number;
  /** Null where the entry itself is missing. */
  entryId: string | null;
  reason: BreakReason;
}

/** How the entry that tells of a removal says it; it has to agree with the chain's head. */
export interface Removal {
  through: number;
  hash: string;
}

/** How far a walk came that another one takes up. */
export interface Reached {
  sequence: number;
  hash: string;
  removal: Removal | null;
}

/** Walks one chain from its oldest entry to its head and stops at the first link that does not hold. */
export class ChainWalk {
  private last: { sequence: bigint; hash: string };
  private lastRemoval: Removal | null;
  private broken: Break | null = null;
  private walked = 0;

  /** @param from where an earlier walk came to; null begins with the oldest entry */
  constructor(
    readonly stated: StatedChain,
    from: Reached | null = null,
  ) {
    const start = { sequence: stated.removedSequence, hash: stated.removedHash ?? FIRST_HASH };
    this.last = from === null ? start : { sequence: BigInt(from.sequence), hash: from.hash };
    this.lastRemoval = from?.removal ?? null;
  }

  /** Entries that this walk found to hold. */
  get entries(): number {
    return this.walked;
  }

  get reached(): Reached {
    return { sequence: Number(this.last.sequence), hash: this.last.hash, removal: this.lastRemoval };
  }

  get isOver(): boolean {
    return this.broken !== null || this.last.sequence >= this.stated.sequence;
  }

  /** @param entries the next ones in their order; none: there are no more of them, so the chain ends too early */
  follow(entries: readonly SealedEntry[]): void {
    if (entries.length === 0 && !this.isOver) this.broken = this.missingNext();
    for (const entry of entries) {
      this.broken ??= this.check(entry);
      if (this.broken !== null) return;
      this.last = entry;
      this.walked += 1;
      if (entry.action === 'AUDIT_SEGMENT_REMOVED') this.lastRemoval = JSON.parse(entry.stateAfter ?? 'null') as Removal | null;
    }
  }

  /** To be asked after the last entry. @returns the first link that does not hold, if any */
  end(): Break | null {
    if (this.broken !== null) return this.broken;
    const { sequence, hash, removedSequence, removedHash } = this.stated;
    if (this.last.sequence < sequence) return this.missingNext();
    if (this.last.hash !== hash) return { sequence: Number(sequence), entryId: null, reason: 'head_differs' };
    const isTold = this.lastRemoval?.through === Number(removedSequence) && this.lastRemoval.hash === removedHash;
    if (removedSequence > 0n && !isTold) return { sequence: Number(removedSequence), entryId: null, reason: 'removal_untold' };
    return null;
  }

  private check(entry: SealedEntry): Break | null {
    if (entry.sequence !== this.last.sequence + 1n) return this.missingNext();
    const broken = (reason: BreakReason): Break => ({ sequence: Number(entry.sequence), entryId: entry.id, reason });
    if (hashOf(entry) !== entry.hash) return broken('changed');
    if (entry.previousHash !== this.last.hash) return broken('unlinked');
    if (entry.personal !== null && digestOf(entry.personal) !== entry.personalDigest) return broken('personal_changed');
    return null;
  }

  private missingNext(): Break {
    return { sequence: Number(this.last.sequence) + 1, entryId: null, reason: 'missing' };
  }
}
