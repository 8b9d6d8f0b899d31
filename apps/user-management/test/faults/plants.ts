import type { Finding } from './findings.js';
import type { Edit } from './planted-build.js';

/** A protection that is switched off, and the fault that shows it. */
export interface Plant {
  name: string;
  fault: string;
  /** Of the service, or of `auth-client`. */
  of: 'service' | 'client';
  edits: Edit[];
  /** What the checker has to name. */
  breaks: Finding['invariant'];
}

const TURNS = 'modules/events/relay-turns.js';
const OUTBOX = 'modules/events/outbox.repository.js';
const REDIS = 'modules/events/redis.publisher.js';
const CLIENT = 'core.js';

const LEASE: Edit = { file: TURNS, from: 'export const LEASE_MS = 3_000;', to: 'export const LEASE_MS = 3_600_000;' };
const FENCE: Edit = { file: REDIS, from: 'if newest > tonumber(ARGV[1]) then return newest end', to: '' };

export const PLANTS: Plant[] = [
  {
    name: 'events that are written behind the answer',
    fault: 'a replica is killed',
    of: 'service',
    edits: [
      {
        file: 'modules/events/events.service.js',
        from: 'await this.events.insert(toNewEvent(event));',
        to: 'const late = toNewEvent(event); this.database.afterCommit(() => setTimeout(() => void this.events.insert(late).catch(() => undefined), 1_500));',
      },
    ],
    breaks: 'I2',
  },
  {
    name: 'a lease that never ends',
    fault: 'a relay is killed between publishing and marking',
    of: 'service',
    edits: [LEASE],
    breaks: 'I9',
  },
  {
    name: 'events that are marked before they are published',
    fault: 'a relay is killed right before it publishes',
    of: 'service',
    edits: [
      {
        file: TURNS,
        from: 'const events = await this.outbox.listUnpublished(BATCH);',
        to: 'const events = await this.outbox.listUnpublished(BATCH); if (events.length > 0) await this.outbox.markPublished(events.map(({ id }) => id));',
      },
    ],
    breaks: 'I3',
  },
  {
    name: 'a publisher that holds its failures for successes',
    fault: 'Redis is killed in the middle of publishing and started again',
    of: 'service',
    edits: [{ file: REDIS, from: 'await this.send(messages, fence);', to: 'await this.send(messages, fence).catch(() => undefined);' }],
    breaks: 'I3',
  },
  {
    name: 'revocations that overtake what their user has to hear before',
    fault: 'Redis is killed and stays away',
    of: 'service',
    edits: [
      {
        file: OUTBOX,
        from: 'const before = await list({ userId: { in: usersOf(urgent) }, [by]: { gt: last, lt: urgent.at(-1)?.[by] ?? last } }, limit / 2, order);',
        to: 'const before = [];',
      },
    ],
    breaks: 'I3',
  },
  {
    name: 'a client that takes no notice of a lost connection',
    fault: "the subscribers' connections are killed",
    of: 'client',
    edits: [
      { file: CLIENT, from: 'const HEARTBEAT_LIMIT_MS = 2_000;', to: 'const HEARTBEAT_LIMIT_MS = 10_000;' },
      { file: CLIENT, from: 'disconnected() {\n        this.#isSubscribed = false;', to: 'disconnected() {' },
      { file: CLIENT, from: 'this.#awaited = null;\n        this.#heardAtMs = -Infinity;', to: 'this.#awaited = null;' },
      { file: CLIENT, from: 'this.#openGap(this.#sequence);', to: '' },
      { file: CLIENT, from: 'this.#openGap(through);\n        this.#startMs = this.now();', to: 'if (this.#startMs === Infinity) this.#startMs = this.now();' },
    ],
    breaks: 'I4',
  },
  {
    name: 'a client that does not notice silence',
    fault: 'subscribers are cut off from Redis without a word',
    of: 'client',
    edits: [
      { file: CLIENT, from: 'const HEARTBEAT_LIMIT_MS = 2_000;', to: 'const HEARTBEAT_LIMIT_MS = Infinity;' },
      { file: 'redis.js', from: 'const FIRST_SILENCE_MS = 2_000;', to: 'const FIRST_SILENCE_MS = 1_000_000;' },
      { file: 'redis.js', from: 'const LONGEST_SILENCE_MS = 16_000;', to: 'const LONGEST_SILENCE_MS = 1_000_000;' },
    ],
    breaks: 'I4',
  },
  {
    name: 'a publisher that waits for Redis for ever',
    fault: 'replicas are cut off from Redis without a word',
    of: 'service',
    edits: [
      { file: REDIS, from: 'commandTimeout: COMMAND_TIMEOUT_MS,', to: '' },
      { file: REDIS, from: 'socketTimeout: COMMAND_TIMEOUT_MS,', to: '' },
    ],
    breaks: 'I9',
  },
  {
    name: 'a broken connection that nobody foresaw',
    fault: 'the database crashes and comes back',
    of: 'service',
    edits: [{ file: 'platform/errors/problem.js', from: 'if (isUnavailable(error))', to: 'if (false)' }],
    breaks: 'I9',
  },
  {
    name: 'numbers that are given without a lock',
    fault: 'the database takes 300 ms longer each way',
    of: 'service',
    edits: [{ file: OUTBOX, from: 'FROM relay_state FOR UPDATE', to: 'FROM relay_state' }],
    breaks: 'I3',
  },
  {
    name: 'a fence that Redis does not look at, and a database that stalls',
    fault: 'the database stalls for a relay that has just taken its lease',
    of: 'service',
    edits: [FENCE],
    breaks: 'I3',
  },
  {
    name: 'a lease that never ends, and a relay that stands still',
    fault: 'a relay stands still past its lease',
    of: 'service',
    edits: [LEASE],
    breaks: 'I9',
  },
  {
    name: 'a fence that Redis does not look at',
    fault: 'a relay stands still in the middle of publishing',
    of: 'service',
    edits: [FENCE],
    breaks: 'I3',
  },
  {
    name: 'heartbeats while events wait',
    fault: 'a relay stands still while it gives numbers',
    of: 'service',
    edits: [{ file: 'modules/events/heartbeats.js', from: 'if (await this.isBehind())', to: 'if (false)' }],
    breaks: 'I4',
  },
];
