import { findingsOf, type Finding } from './findings.js';
import type { EventModel } from './event-model.js';
import type { SequenceReader } from './sequence-reader.js';
import type { Subscriber } from './subscriber.js';
import type { OutboxRow, Tables } from './tables.js';

/** Between the clock of whoever marked an event and that of Redis; both are of this machine. */
const MARKED_BEFORE_MS = 1_000;

/** One entry of the stream, and when Redis took it. */
export interface StreamEntry {
  sequence: number;
  id: string;
  userId: string | null;
  atMs: number;
}

export interface Deliveries {
  reader: SequenceReader;
  subscribers: { subscriber: Subscriber; model: EventModel }[];
  /** In the order of the stream. */
  stream: StreamEntry[];
}

/** I3: at least once, per user in order and without a gap, one number for each event for good, and duplicates change nothing. */
export function checkDelivery(tables: Tables, { reader, subscribers, stream }: Deliveries): Finding[] {
  const numbered = tables.outbox.filter((row): row is OutboxRow & { sequence: number } => row.sequence !== null);
  return findingsOf('I3', [
    ...checkNumbers(numbered, reader),
    ...checkStream(numbered, stream),
    ...subscribers.flatMap(({ subscriber, model }) => [
      ...checkSubscriber(numbered, subscriber),
      ...compareModel(tables, model).map((what) => `${subscriber.name}: ${what}`),
    ]),
  ]);
}

function checkNumbers(numbered: (OutboxRow & { sequence: number })[], { seen, findings }: SequenceReader): string[] {
  const ids = new Map(numbered.map(({ sequence, id }) => [sequence, id]));
  return [
    ...numbered.flatMap(({ sequence }, index) => (sequence === index + 1 ? [] : [`number ${index + 1} is missing`])).slice(0, 1),
    // What was read after the tables were is not in them.
    ...[...seen].filter(([sequence, id]) => sequence <= numbered.length && ids.get(sequence) !== id).map(([sequence]) => `number ${sequence} was shown for another event before`),
    ...findings,
  ];
}

/** What relays did: none may begin behind what another one is through with. */
function checkStream(numbered: (OutboxRow & { sequence: number })[], stream: StreamEntry[]): string[] {
  const rows = new Map(numbered.map((row) => [row.sequence, row]));
  return [
    ...findReordered(stream).map((what) => `the stream: ${what}`),
    ...stream.flatMap(({ sequence, id, atMs }) => {
      const row = rows.get(sequence);
      if (!row || row.id !== id) return [`the stream has a number ${sequence} that the outbox gives to another event or to none`];
      const isLate = row.publishedAt !== null && atMs > row.publishedAt.getTime() + MARKED_BEFORE_MS;
      return isLate ? [`an event was sent again ${atMs - (row.publishedAt?.getTime() ?? 0)} ms after it was marked as published: a relay without its lease`] : [];
    }),
  ];
}

function checkSubscriber(numbered: (OutboxRow & { sequence: number })[], { name, seen, delivered, conflicts }: Subscriber): string[] {
  const lost = numbered.filter(({ sequence, id }) => seen.get(sequence) !== id);
  return [
    ...conflicts.map((what) => `${name}: ${what}`),
    ...lost.map(({ sequence, type }) => `${name} never got ${type} of number ${sequence}`),
    ...findReordered(delivered).map((what) => `${name}: ${what}`),
  ];
}

/** First deliveries of one user's events rise. */
function findReordered(events: { sequence: number; userId: string | null }[]): string[] {
  const newest = new Map<string, number>();
  const known = new Set<number>();
  return events.flatMap(({ sequence, userId }) => {
    if (userId === null || known.has(sequence)) return [];
    known.add(sequence);
    const before = newest.get(userId) ?? 0;
    newest.set(userId, Math.max(before, sequence));
    return sequence < before ? [`number ${sequence} of a user came after ${before}`] : [];
  });
}

/** @returns how many first deliveries were out of order */
export function countReordered(events: { sequence: number; userId: string | null }[]): number {
  return findReordered(events).length;
}

function compareModel({ users }: Tables, model: EventModel): string[] {
  const described = model.describe();
  return users.flatMap(({ id, description }) => {
    const told = described.get(id);
    return told === description ? [] : [`the events tell ${told ?? 'nothing'} of a user, the tables ${description}`];
  });
}
