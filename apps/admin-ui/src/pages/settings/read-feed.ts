import type { EventType } from '@sa-platform/contracts';
import { http } from '../../api/client.js';

/** As far as the page reads it; whoever opens it sees all there is. */
export interface FeedEvent {
  id: string;
  sequence: number;
  type: EventType;
  occurred_at: string;
  user_id?: string | null;
  organisation_id?: string | null;
}

interface FeedPage {
  items: FeedEvent[];
  next_after: number;
  latest_sequence: number;
}

const SHOWN = 50;
/** Of a few types one answer looks further back; the service answers as many at most. */
const SPAN_OF_FEW = 1_000;
const MOST_ANSWERS = 10;
/** Behind the newest event that will ever be. */
const BEYOND = '999999999999999';

interface Query {
  after?: string;
  limit?: string;
  wait?: string;
}

async function ask(types: readonly EventType[], query: Query, signal?: AbortSignal): Promise<FeedPage> {
  const of = types.length === 0 ? {} : { types: types.join(',') };
  const { data } = await http.GET('/v1/user-management/events', { params: { query: { ...query, ...of } }, ...(signal ? { signal } : {}) });
  if (!data) throw new Error('the answer is empty');
  return data;
}

export async function findNewest(): Promise<number> {
  return (await ask([], { after: BEYOND, limit: '1' })).latest_sequence;
}

/** What comes after an event, as soon as there is something. */
export function waitForMore(after: number, types: readonly EventType[], signal: AbortSignal): Promise<FeedPage> {
  return ask(types, { after: String(after), wait: '25' }, signal);
}

export interface EventsBack {
  /** The newest first. */
  items: FeedEvent[];
  /** Number of the newest of those before; null: there are none. */
  older: string | null;
  /** Of all there are. */
  newest: number;
}

/**
 * The feed answers the oldest first: this reads it backwards, in spans, until a page is full.
 *
 * @param upTo number of the newest event that is wanted; undefined: the newest there is
 * @throws ProblemError `events.expired` when none of it is kept any more
 */
export async function readBack(types: readonly EventType[], upTo: number | undefined): Promise<EventsBack> {
  const newest = await findNewest();
  const oldest = (await ask([], { limit: '1' })).items[0]?.sequence ?? newest + 1;
  const bounds = { oldest, end: Math.min(upTo ?? newest, newest) };
  const { found, end } = newest === 0 ? { found: [], end: 0 } : await collect(types, bounds);
  const items = found.slice(0, SHOWN);
  const before = found.length > SHOWN ? (items.at(-1)?.sequence ?? 1) - 1 : end;
  return { items, older: before >= oldest ? String(before) : null, newest };
}

/** @returns a page or more, and where the looking ended */
async function collect(types: readonly EventType[], bounds: { oldest: number; end: number }) {
  const span = types.length === 0 ? SHOWN : SPAN_OF_FEW;
  const found: FeedEvent[] = [];
  let { end } = bounds;
  for (let answers = 0; answers < MOST_ANSWERS && found.length < SHOWN; answers += 1) {
    // Whoever asks for what is gone is told so by the service.
    const from = Math.max(end - span, end < bounds.oldest ? 0 : bounds.oldest - 1);
    const page = await ask(types, { after: String(from), limit: String(span) });
    const last = end;
    found.push(...page.items.filter(({ sequence }) => sequence <= last).reverse());
    end = from;
    if (end < bounds.oldest) break;
  }
  return { found, end };
}
