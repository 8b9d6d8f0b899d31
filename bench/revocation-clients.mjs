// The two clients of the measurement, each a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('revocation-client.mjs', import.meta.url));
const LIMIT_MS = 20_000;

/** The machine's monotonic clock in milliseconds: the same in every process. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/** @typedef {{ at: number, outcome: string }} Outcome what was decided from then on: `allowed`, or the code of a refusal */

export class Client {
  /** @type {Outcome[]} */
  outcomes = [];
  connectedAt = -Infinity;
  #child = fork(PROGRAM);
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {object} settings of `revocation-client.mjs` @param {string} token */
  constructor(settings, token) {
    this.#child.on('message', (/** @type {any} */ message) => {
      if (message.type === 'outcome') this.outcomes.push({ at: message.at, outcome: message.outcome });
      if (message.type === 'connected') this.connectedAt = message.at;
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.use(token);
    this.#child.send({ type: 'start', settings });
  }

  /** @param {string} token asked about from now on */
  use(token) {
    this.#child.send({ type: 'token', token });
  }

  /** @param {number} after @returns {Promise<Outcome>} the first `allowed` decided after this moment */
  allowedAfter(after) {
    return this.#find(() => this.outcomes.find(({ at, outcome }) => at > after && outcome === 'allowed'), 'allowed');
  }

  /** @param {number} after @returns {Promise<Outcome>} the first refusal decided after this moment */
  refusedAfter(after) {
    return this.#find(() => this.outcomes.find(({ at, outcome }) => at > after && outcome !== 'allowed'), 'refused');
  }

  /** Until events are believed over a connection made after this moment. @param {number} after */
  async connectedAfter(after) {
    await this.#find(() => this.connectedAt > after || undefined, 'connected');
  }

  /** @returns {Promise<{ decisions: number, longestGapMs: number }>} */
  async statistics() {
    this.#child.send({ type: 'statistics' });
    for (;;) {
      const [message] = await once(this.#child, 'message');
      if (message.type === 'statistics') return message;
    }
  }

  stop() {
    this.#child.kill('SIGKILL');
  }

  /** @template Found @param {() => Found | undefined} look @param {string} what @returns {Promise<Found>} */
  async #find(look, what) {
    const deadline = now() + LIMIT_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (now() > deadline) throw new Error(`A client was not ${what} within ${LIMIT_MS} ms`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, LIMIT_MS);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve(undefined);
        });
      });
    }
  }
}
