import { RedisEvents } from '@sa-platform/auth-client/redis';
import type { TestIssuer } from '@sa-platform/auth-client/testing';
import { tokenSource } from './any-replica.js';
import { FeedCatchUp, StreamCatchUp, type CatchUp } from './catch-up.js';
import { EventModel } from './event-model.js';
import { Link } from './link.js';
import type { PrivateRedis } from './private-redis.js';
import { ClientProber, ReplicaProber, type AuthClientBuild, type Decisions } from './prober.js';
import type { Replica } from './replica.js';
import { Subscriber } from './subscriber.js';

interface Surroundings {
  redis: PrivateRedis;
  replicas: readonly Replica[];
  issuer: TestIssuer;
}


/**
 * Everybody outside the service: two subscribers (one catches up from the feed, one from the stream) and two clients of
 * `auth-client`, one of each over a link that a fault may cut, and the users themselves at each replica.
 */
export class Listeners {
  private constructor(
    /** Of the subscriber and the client that can be cut off. */
    readonly cuttable: Link,
    private readonly steady: Link,
    readonly subscribers: { subscriber: Subscriber; model: EventModel }[],
    readonly clients: ClientProber[],
    readonly replicas: ReplicaProber[],
  ) {}

  /** @param client the build of `auth-client` that decides */
  static async create(client: AuthClientBuild, surroundings: Surroundings): Promise<Listeners> {
    const { redis, replicas, issuer } = surroundings;
    const [cuttable, steady] = [await Link.start(redis.port), await Link.start(redis.port)];
    const token = tokenSource(() => issuer.issueForService('subscriber', ['events:read']));
    const links: { name: string; url: string; catchUp: CatchUp }[] = [
      { name: 'cut off', url: cuttable.within(redis.url), catchUp: new FeedCatchUp(replicas, token) },
      { name: 'steady', url: steady.within(redis.url), catchUp: new StreamCatchUp(steady.within(redis.url)) },
    ];
    return new Listeners(
      cuttable,
      steady,
      links.map(({ name, url, catchUp }) => {
        const model = new EventModel();
        const subscriber = new Subscriber(`subscriber (${name})`, new RedisEvents({ url }), catchUp, (event) => model.apply(event));
        return { subscriber, model };
      }),
      links.map(({ name, url }) => new ClientProber(`client (${name})`, client, new client.RedisEvents({ url }), { replicas, issuer })),
      replicas.map((replica) => new ReplicaProber(replica, issuer)),
    );
  }

  /** Everybody who decides. */
  get deciders(): Decisions[] {
    return [...this.clients, ...this.replicas].map(({ decisions }) => decisions);
  }

  start(): void {
    for (const { subscriber } of this.subscribers) subscriber.start();
    for (const client of this.clients) client.start();
  }

  async stop(): Promise<void> {
    for (const { subscriber } of this.subscribers) await subscriber.close();
    for (const client of this.clients) await client.stop();
    for (const replica of this.replicas) replica.stop();
    this.cuttable.stop();
    this.steady.stop();
  }
}
