import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { atNextLease, atNextPublish } from './moments.js';

const AFTER_RELEASE_MS = 100;
const KILL_EVERY_MS = 400;
/** More than a relay takes at once, so that revocations overtake. */
const BURST = { users: 150, each: 4 };

/** Something that goes wrong while the load goes on. */
export interface Fault {
  name: string;
  /** How long it lasts: in CI, and in `npm run test:faults`. */
  lastsMs: { short: number; long: number };
  /** The other replica goes on alone: nothing waits for the end of the fault. */
  isBorne?: boolean;
  /** False: it can begin while a replica is still being started again. */
  needsBoth?: false;
  /** @returns what ends it */
  begin: (cluster: Cluster) => Promise<() => Promise<void>>;
}

/** What ends a fault at once. */
const atOnce = (end: () => void) => (): Promise<void> => {
  end();
  return Promise.resolve();
};

export const FAULTS: Fault[] = [
  {
    name: 'a replica is killed',
    lastsMs: { short: 300, long: 2_000 },
    async begin(cluster) {
      const replica = cluster.replica('A');
      await replica.kill();
      return atOnce(() => cluster.startAgain(replica));
    },
  },
  {
    name: 'Redis is killed in the middle of publishing and started again',
    needsBoth: false,
    lastsMs: { short: 500, long: 5_000 },
    async begin(cluster) {
      const { redis } = cluster;
      const replica = await atNextPublish(cluster, 'request', () => void redis.kill());
      await redis.kill();
      replica.redis.release();
      await redis.comeBack();
      return atOnce(() => undefined);
    },
  },
  {
    name: 'Redis is killed and stays away',
    needsBoth: false,
    lastsMs: { short: 4_000, long: 60_000 },
    async begin({ redis, late }) {
      await redis.kill();
      await late.burst(BURST.users, BURST.each);
      return () => redis.comeBack();
    },
  },
  {
    name: "the subscribers' connections are killed",
    needsBoth: false,
    lastsMs: { short: 1_000, long: 10_000 },
    async begin({ redis, listeners: { cuttable } }) {
      cuttable.refuse(true);
      await redis.killSubscribers();
      const timer = setInterval(() => void redis.killSubscribers(), KILL_EVERY_MS);
      return atOnce(() => {
        clearInterval(timer);
        cuttable.refuse(false);
      });
    },
  },
  {
    name: 'subscribers are cut off from Redis without a word',
    needsBoth: false,
    lastsMs: { short: 3_500, long: 20_000 },
    begin({ listeners: { cuttable } }) {
      cuttable.silence();
      return Promise.resolve(atOnce(() => cuttable.speak()));
    },
  },
  relayKilled('a relay is killed between publishing and marking', 'answer'),
  {
    name: 'replicas are cut off from Redis without a word',
    needsBoth: false,
    lastsMs: { short: 3_000, long: 20_000 },
    begin({ replicas }) {
      for (const { redis } of replicas) redis.silence();
      return Promise.resolve(atOnce(() => replicas.forEach(({ redis }) => redis.speak())));
    },
  },
  {
    name: 'the database crashes and comes back',
    lastsMs: { short: 300, long: 3_000 },
    async begin({ database }) {
      await database.crash();
      return () => database.comeBack();
    },
  },
  relayKilled('a relay is killed right before it publishes', 'request'),
  {
    name: 'the database takes 300 ms longer each way',
    lastsMs: { short: 3_000, long: 30_000 },
    begin({ replicas }) {
      for (const { database } of replicas) database.delay(300);
      return Promise.resolve(atOnce(() => replicas.forEach(({ database }) => database.delay(0))));
    },
  },
  {
    name: 'the database stalls for a relay that has just taken its lease',
    lastsMs: { short: 5_000, long: 5_000 },
    async begin(cluster) {
      const replica = await atNextLease(cluster, 'committed', (one) => one.database.stall());
      return atOnce(() => replica.database.release());
    },
  },
  {
    name: 'a relay stands still past its lease',
    lastsMs: { short: 500, long: 20_000 },
    isBorne: true,
    async begin(cluster) {
      const replica = await atNextPublish(cluster, 'answer', (one) => one.pause());
      return atOnce(() => {
        replica.redis.release();
        replica.resume();
      });
    },
  },
  {
    name: 'a relay stands still in the middle of publishing',
    lastsMs: { short: 500, long: 20_000 },
    isBorne: true,
    async begin(cluster) {
      const replica = await atNextPublish(cluster, 'request', (one) => one.pause());
      return async () => {
        // Marked that long ago by whoever took over.
        await sleep(1_500);
        // What it had sent arrives now.
        replica.redis.release();
        await sleep(AFTER_RELEASE_MS);
        replica.resume();
      };
    },
  },
  {
    name: 'a relay stands still while it gives numbers',
    lastsMs: { short: 4_500, long: 10_000 },
    async begin(cluster) {
      const replica = await atNextLease(cluster, 'locked', (one) => one.pause());
      return atOnce(() => {
        replica.database.release();
        replica.resume();
      });
    },
  },
];

/** @throws Error for a name that no fault has */
export function faultNamed(name: string): Fault {
  const fault = FAULTS.find((one) => one.name === name);
  if (!fault) throw new Error(`no fault is called ${name}`);
  return fault;
}

/** While an event of somebody else's, written before those that are being published, waits for its commit. */
function relayKilled(name: string, moment: 'request' | 'answer'): Fault {
  return {
    name,
    lastsMs: { short: 300, long: 2_000 },
    async begin(cluster) {
      const commit = await cluster.late.hold();
      const replica = await atNextPublish(cluster, moment, (one) => void one.kill());
      await replica.kill();
      await commit();
      return atOnce(() => {
        replica.redis.release();
        cluster.startAgain(replica);
      });
    },
  };
}
