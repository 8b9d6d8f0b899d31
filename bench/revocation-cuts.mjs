// The deactivations: while all is well, and after each of the four ways of being cut off from Redis.
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './revocation-clients.mjs';

const HEARTBEAT_MS = 500;
const LATEST_MS = 2_000;

/** @typedef {import('./revocation-subject.mjs').Delay} Delay */
/** @typedef {import('./revocation-subject.mjs').Subject} Subject */
/** @typedef {{ name: string, cut: () => Promise<unknown>, restore?: () => Promise<unknown> }} Cut */

/** @param {Subject} subject @param {number} count */
export async function measureWell(subject, count) {
  const delays = /** @type {Delay[]} */ ([]);
  for (let done = 0; done < count; done++) {
    delays.push(...(await subject.deactivate()));
    await subject.reactivate();
    await sleep(Math.random() * 10);
  }
  return delays;
}

/**
 * Cuts at any moment between two heartbeats and deactivates up to 2 s later: soon more often than late, as most happens then.
 * Then gives back what was taken away, and deactivates once more over the new connections.
 *
 * @param {Subject} subject @param {Cut} cut @param {number} count
 */
export async function measureCut(subject, cut, count) {
  const [during, after] = [/** @type {Delay[]} */ ([]), /** @type {Delay[]} */ ([])];
  for (let done = 0; done < count; done++) {
    await sleep(Math.random() * HEARTBEAT_MS);
    const cutAt = now();
    await cut.cut();
    await sleep(LATEST_MS * ((done + Math.random()) / count) ** 2);
    during.push(...(await subject.deactivate()));
    await cut.restore?.();
    await subject.reactivate();
    await Promise.all(subject.clients.map((client) => client.connectedAfter(cutAt)));
    after.push(...(await subject.deactivate()));
    await subject.reactivate();
  }
  return { name: cut.name, during, after };
}

/**
 * @param {import('./revocation-redis.mjs').OwnRedis} redis
 * @param {import('./revocation-redis.mjs').Proxy} proxy before it, for the clients
 * @param {number} clients
 * @returns {Cut[]}
 */
export function listCuts(redis, proxy, clients) {
  let restarting = Promise.resolve();
  const requireAll = (/** @type {number} */ count) => {
    if (count < clients) throw new Error(`Only ${count} subscribers were there to be cut off`);
  };
  return [
    { name: 'Redis killed', cut: () => redis.kill(), restore: () => redis.start() },
    {
      name: 'Redis restarted',
      cut: async () => {
        await redis.kill();
        restarting = redis.start();
      },
      restore: () => restarting,
    },
    { name: 'CLIENT KILL', cut: async () => requireAll(await redis.killSubscribers()) },
    { name: 'socket silent', cut: () => Promise.resolve(requireAll(proxy.freeze())) },
  ];
}
