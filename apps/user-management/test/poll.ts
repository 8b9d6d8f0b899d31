import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 20;
const PATIENCE_MS = 20_000;

/**
 * Asks until the answer is what is waited for.
 *
 * @throws Error with the last answer when it never is
 */
export async function until<Value>(
  read: () => Value | Promise<Value>,
  isDone: (value: Value) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (performance.now() > end) throw new Error(`still waiting; the last answer was ${JSON.stringify(value)}`);
    await sleep(EVERY_MS);
  }
}
