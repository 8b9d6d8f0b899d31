import { hash, randomBytes } from 'node:crypto';
import type { AuditAction, AuditState, AuditTarget, EventActor } from '@sa-platform/contracts';

/** What an entry tells, before it has its place in a chain. */
export interface UnsealedEntry {
  id: string;
  occurredAt: Date;
  action: AuditAction;
  actor: EventActor;
  impersonatorId: string | null;
  target: AuditTarget;
  requestId: string | null;
  before: AuditState | null;
  after: AuditState | null;
  personal: { before: AuditState | null; after: AuditState | null } | null;
}

/** The row of an entry. `stateBefore`, `stateAfter` and `personal` are the texts that were hashed. */
export interface SealedEntry {
  chain: string;
  sequence: bigint;
  id: string;
  occurredAt: Date;
  action: string;
  actorType: string;
  actorId: string;
  impersonatorId: string | null;
  targetType: string;
  targetId: string | null;
  requestId: string | null;
  stateBefore: string | null;
  stateAfter: string | null;
  personal: string | null;
  personalDigest: string | null;
  previousHash: string;
  hash: string;
}

/** The newest entry of a chain, or what stands for it in an empty one. */
export interface ChainHead {
  chain: string;
  sequence: bigint;
  hash: string;
}

/** What the first entry of every chain has as the hash before it. */
export const FIRST_HASH = '0'.repeat(64);

const SALT_BYTES = 16;
const SALT_CHARACTERS = SALT_BYTES * 2;

/**
 * Gives the entry its place behind `head`. Its hash is over everything it says and the hash before it; of the personal
 * part over a salted digest, so that the part can be erased, with its salt, and nobody can find out what it said by trying.
 */
export function sealEntry(head: ChainHead, entry: UnsealedEntry): SealedEntry {
  const personal = entry.personal && randomBytes(SALT_BYTES).toString('hex') + JSON.stringify(entry.personal);
  const unhashed = {
    chain: head.chain,
    sequence: head.sequence + 1n,
    id: entry.id,
    occurredAt: entry.occurredAt,
    action: entry.action,
    actorType: entry.actor.type,
    actorId: entry.actor.id,
    impersonatorId: entry.impersonatorId,
    targetType: entry.target.type,
    targetId: entry.target.id,
    requestId: entry.requestId,
    stateBefore: entry.before && JSON.stringify(entry.before),
    stateAfter: entry.after && JSON.stringify(entry.after),
    personal,
    personalDigest: personal && digestOf(personal),
    previousHash: head.hash,
  };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** SHA-256, in hexadecimal, of the entry as one JSON array: no field can run into the next. */
export function hashOf(entry: Omit<SealedEntry, 'hash'>): string {
  const { chain, sequence, previousHash, id, occurredAt, action } = entry;
  const { actorType, actorId, impersonatorId, targetType, targetId, requestId } = entry;
  const what = [chain, String(sequence), previousHash, id, occurredAt.toISOString(), action];
  const who = [actorType, actorId, impersonatorId, targetType, targetId, requestId];
  return hash('sha256', JSON.stringify([...what, ...who, entry.stateBefore, entry.stateAfter, entry.personalDigest]));
}

export function digestOf(personal: string): string {
  return hash('sha256', personal);
}

/** @param personal the text of a row that holds it still */
export function readPersonal(personal: string): { before: AuditState | null; after: AuditState | null } {
  return JSON.parse(personal.slice(SALT_CHARACTERS)) as { before: AuditState | null; after: AuditState | null };
}
