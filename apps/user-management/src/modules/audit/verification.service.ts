import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import { encodeCursor } from '../../platform/http/cursor.js';
import type { VerificationView, VerifyAuditQuery } from './audit.dto.js';
import { chainOf, organisationOf } from './audit-entry-view.js';
import { AuditRepository, type Chains } from './audit.repository.js';
import { readableChains } from './audit.service.js';
import { parseCursor, type VerificationCursor } from './verification-cursor.js';
import { ChainWalk, type Reached, type StatedChain } from './verify-chain.js';

/** An answer of so many entries takes a second or two; longer chains go on with a cursor. */
const MOST_PER_ANSWER = 50_000;
/** A chain costs two questions however short it is: as long as reading so many entries. */
const COST_OF_A_CHAIN = 100;
const READ_AT_ONCE = 5_000;

/** Proves that the trail says what was written: entry by entry, by what each one hashes to. */
@Injectable()
export class VerificationService {
  constructor(private readonly entries: AuditRepository) {}

  /** @throws AppError as `readableChains`, and 400 that names `cursor` */
  async verify({ cursor, ...query }: VerifyAuditQuery, caller: Caller): Promise<VerificationView> {
    const within = readableChains(query, caller);
    let position: VerificationCursor | null = cursor === undefined ? null : parseCursor(cursor);
    const walks: ChainWalk[] = [];
    for (let left = MOST_PER_ANSWER; left > 0; left -= COST_OF_A_CHAIN) {
      const stated = await this.findNext(within, position);
      if (stated === null) return toView(walks, null);
      const walk = await this.walk(stated, position?.reached ?? null, left);
      walks.push(walk);
      position = { chain: stated.chain, reached: walk.isOver ? null : walk.reached };
      left -= walk.entries;
    }
    return toView(walks, position);
  }

  private async findNext(within: Chains, position: VerificationCursor | null): Promise<StatedChain | null> {
    if (position === null || position.reached === null) return this.entries.findNextChain(within, position?.chain ?? null);
    const isReadable = within === 'all' || within.map(chainOf).includes(position.chain);
    return isReadable ? this.entries.findChain(position.chain) : null;
  }

  /** Entries that are removed under its feet are no break: then it begins again behind them. */
  private async walk(stated: StatedChain, from: Reached | null, most: number): Promise<ChainWalk> {
    const walk = new ChainWalk(stated, from);
    while (!walk.isOver && walk.entries < most) {
      const after = BigInt(walk.reached.sequence);
      walk.follow(await this.entries.read(stated.chain, after, stated.sequence, READ_AT_ONCE));
    }
    if (walk.end()?.reason !== 'missing') return walk;
    const now = await this.entries.findChain(stated.chain);
    return now === null || now.removedSequence === stated.removedSequence ? walk : this.walk(now, null, most);
  }
}

function toView(walks: ChainWalk[], position: VerificationCursor | null): VerificationView {
  const chains = walks.map(toChainView);
  return {
    valid: chains.every(({ broken }) => broken === null),
    entries: chains.reduce((sum, { entries }) => sum + entries, 0),
    chains,
    next_cursor: position && encodeCursor(position),
  };
}

function toChainView(walk: ChainWalk): VerificationView['chains'][number] {
  const { chain, sequence, hash, removedSequence } = walk.stated;
  // What another answer is to walk is not missing.
  const broken = walk.isOver ? walk.end() : null;
  return {
    organisation_id: organisationOf(chain),
    entries: walk.entries,
    removed_through: Number(removedSequence),
    head: { sequence: Number(sequence), hash },
    broken: broken && { sequence: broken.sequence, entry_id: broken.entryId, reason: broken.reason },
  };
}
