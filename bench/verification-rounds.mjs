// Round robin over the candidates, so that a slow second of the machine falls on one slice of each.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Operations between two looks at the clock. */
const BATCH = 50;

/**
 * @template {string} Name
 * @param {Record<Name, () => unknown>} candidates one operation each; a promise is awaited
 * @param {{ rounds: number, sliceMs: number }} plan
 * @returns {Promise<Map<Name, number[]>>} operations per second of each, by round
 */
export async function measureInRounds(candidates, { rounds, sliceMs }) {
  const entries = /** @type {[Name, () => unknown][]} */ (Object.entries(candidates));
  const samples = new Map(entries.map(([name]) => [name, /** @type {number[]} */ ([])]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, operate] of entries) {
      // Timers get their turn: a heartbeat that doesn't come ends the trust in what is remembered.
      await nextTurn();
      const perSecond = await measure(operate, sliceMs);
      // The first two rounds warm the compiler.
      if (round >= 0) samples.get(name)?.push(perSecond);
    }
  }
  return samples;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? Number(sorted[middle]) : (Number(sorted[middle - 1]) + Number(sorted[middle])) / 2;
}

/** @param {() => unknown} operate @param {number} durationMs */
async function measure(operate, durationMs) {
  const isAsync = operate() instanceof Promise;
  const batch = isAsync ? runAwaiting : runPlainly;
  const start = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < durationMs) {
    await batch(operate);
    count += BATCH;
    elapsedMs = performance.now() - start;
  }
  return (count / elapsedMs) * 1000;
}

/** @param {() => unknown} operate */
async function runAwaiting(operate) {
  for (let done = 0; done < BATCH; done += 1) await operate();
}

/** @param {() => unknown} operate */
function runPlainly(operate) {
  for (let done = 0; done < BATCH; done += 1) operate();
}
