/** What a client answered since the state was read, by statement and arguments. */
export type Memory = Map<string, Promise<unknown>>;

interface Watcher {
  /** Before something is written. */
  beforeWrite(): Promise<void>;
  /** Where answers are remembered, or null when something was written since the state was read. */
  memory(): Memory | null;
}

const READS = /^(find|count|aggregate|groupBy|\$queryRaw)/;

/**
 * A database client whose writes are told of, and whose reads are answered from memory: the same statement on the same
 * rows has the same answer, and most commands of most sequences begin by asking the same.
 */
export function watchClient<Target extends object>(target: Target, watcher: Watcher, path = ''): Target {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || value === null) return value;
      if (typeof value === 'object') return watchClient(value, watcher, name);
      if (typeof value !== 'function') return value;
      const run = (args: unknown[]) => Reflect.apply(value, target, args) as Promise<unknown>;
      return (...args: unknown[]) => (READS.test(name) ? read(watcher, keyOf([path, name, args]), () => run(args)) : write(watcher, () => run(args)));
    },
  });
}

function read(watcher: Watcher, key: string, run: () => Promise<unknown>): Promise<unknown> {
  const memory = watcher.memory();
  if (memory === null) return run();
  const answer = memory.get(key) ?? Promise.resolve(run()).then(freeze);
  memory.set(key, answer);
  return answer;
}

async function write(watcher: Watcher, run: () => Promise<unknown>): Promise<unknown> {
  await watcher.beforeWrite();
  return run();
}

const keyOf = (call: unknown): string => JSON.stringify(call, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

/** Whoever changed an answer would change it for the next who asks. */
function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
