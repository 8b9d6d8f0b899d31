import type { Cluster } from './cluster.js';
import { defer } from './deferred.js';
import type { Replica } from './replica.js';

/** In every event and in nothing else that a relay sends to Redis. */
const EVENT_MARK = '"occurred_at"';
const PATIENCE_MS = 20_000;

type Act = (replica: Replica) => void;

/**
 * Waits for the next replica that publishes events, and acts on it at once: before Redis has them, or when Redis has
 * answered and the replica has not heard it. What was looked at is held until the link is released.
 */
export async function atNextPublish(cluster: Cluster, moment: 'request' | 'answer', act: Act): Promise<Replica> {
  const found = new Once(act);
  for (const replica of cluster.replicas) {
    const publishing = new Set<number>();
    replica.redis.watch(({ direction, connection, data }) => {
      if (direction === 'request' && data.includes(EVENT_MARK)) publishing.add(connection);
      if (direction !== moment || !publishing.has(connection)) return 'pass';
      return found.take(replica) ? 'hold' : 'pass';
    });
  }
  return found.wait(() => {
    for (const { redis } of cluster.replicas) redis.watch(() => 'pass');
  });
}

/**
 * Waits for the next replica that gives numbers and takes the lease of the relay, and acts on it at once: while it holds
 * the lock, with its next statement held until the link is released, or when its commit is on the way.
 */
export async function atNextLease(cluster: Cluster, moment: 'locked' | 'committed', act: Act): Promise<Replica> {
  const found = new Once(act);
  for (const replica of cluster.replicas) {
    const transactions = new Map<number, string[]>();
    replica.watchStatements((statement, connection) => {
      const before = transactions.get(connection) ?? [];
      transactions.set(connection, statement === 'BEGIN' ? [] : [...before, statement].slice(-20));
      if (moment === 'locked') return isNumbering(before.at(-1), statement) && found.take(replica) ? 'hold' : 'pass';
      // In the next turn of the event loop: the commit gets there, its answer does not.
      if (statement.startsWith('COMMIT') && takesLease(before)) setImmediate(() => found.take(replica));
      return 'pass';
    });
  }
  return found.wait(() => {
    for (const replica of cluster.replicas) replica.watchStatements(() => 'pass');
  });
}

/** What marks comes right behind the lock; what gives numbers has read what there is to number. */
function isNumbering(before: string | undefined, statement: string): boolean {
  return statement === 'UPDATE outbox_events' && before !== 'SELECT relay_state';
}

/** Numbers, and then a lease for what was read in between. */
function takesLease(statements: string[]): boolean {
  const hasNumbered = statements.some((statement, index) => isNumbering(statements[index - 1], statement));
  return hasNumbered && statements.some((statement, index) => statement === 'UPDATE relay_state' && statements[index - 1] === 'SELECT outbox_events');
}

/** Acts on the first replica that comes. */
class Once {
  private readonly found = defer<Replica>();
  private isTaken = false;

  constructor(private readonly act: Act) {}

  take(replica: Replica): boolean {
    if (this.isTaken) return false;
    this.isTaken = true;
    this.act(replica);
    this.found.resolve(replica);
    return true;
  }

  /** @param stop lets go of whoever is watched */
  async wait(stop: () => void): Promise<Replica> {
    const timer = setTimeout(() => this.found.reject(new Error('no replica got there')), PATIENCE_MS);
    try {
      return await this.found.promise;
    } finally {
      clearTimeout(timer);
      stop();
    }
  }
}
