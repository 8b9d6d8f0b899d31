import { EVENTS_STREAM, type EventEnvelope } from '@sa-platform/contracts';
import { Redis } from 'ioredis';
import type { Connection } from '../../src/platform/database/engines/connection.js';
import type { Administrator } from './administrator.js';
import { BulkImports } from './bulk-imports.js';
import type { StreamEntry } from './check-delivery.js';
import { LateCommits } from './late-commits.js';
import { Ledger } from './ledger.js';
import { Listeners } from './listeners.js';
import { Load } from './load.js';
import { MemoryWatch } from './memory-watch.js';
import type { PrivateDatabase } from './private-database.js';
import type { PrivateRedis } from './private-redis.js';
import type { AuthClientBuild } from './prober.js';
import type { Replica } from './replica.js';
import { ReplicaPair } from './replica-pair.js';
import { Revocations } from './revocations.js';
import { SequenceReader } from './sequence-reader.js';

/** What is under test, and how hard. */
export interface ClusterSettings {
  database: PrivateDatabase;
  /** The build of the service; undefined is that of `npm run build`. */
  dist?: string | undefined;
  /** The build of `auth-client` that decides. */
  client: AuthClientBuild;
  pace: { writers: number; usersPerWriter: number; pauseMs: number };
  /** Rows of the import that runs beside each fault; 0 for none. */
  importedRows: number;
}

/** Two replicas at work, everybody who uses them, and everybody who watches. */
export class Cluster {
  readonly ledger = new Ledger();
  readonly stream: StreamEntry[] = [];
  readonly load: Load;
  readonly late: LateCommits;
  readonly imports: BulkImports;
  readonly revocations: Revocations;
  readonly memory: MemoryWatch;
  readonly reader: SequenceReader;
  private readonly log: Redis;
  private lastEntry = '-';
  private starting: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly pair: ReplicaPair,
    readonly listeners: Listeners,
    { pace, importedRows }: ClusterSettings,
  ) {
    const { administrator, connection, replicas, redis } = pair;
    this.load = new Load(administrator, this.ledger, pace);
    this.late = new LateCommits(connection, this.ledger);
    this.imports = new BulkImports(administrator, this.ledger, importedRows);
    this.revocations = new Revocations(administrator, this.ledger, listeners.clients, listeners.replicas);
    this.memory = new MemoryWatch(replicas);
    this.reader = new SequenceReader(connection);
    this.log = new Redis(redis.url, { maxRetriesPerRequest: null });
    this.log.on('error', () => undefined);
  }

  static async start(settings: ClusterSettings): Promise<Cluster> {
    const pair = await ReplicaPair.create(settings.database, settings.dist);
    const cluster = new Cluster(pair, await Listeners.create(settings.client, pair), settings);
    await cluster.boot();
    return cluster;
  }

  get administrator(): Administrator {
    return this.pair.administrator;
  }

  get connection(): Connection {
    return this.pair.connection;
  }

  get database(): PrivateDatabase {
    return this.pair.database;
  }

  get redis(): PrivateRedis {
    return this.pair.redis;
  }

  get replicas(): readonly Replica[] {
    return this.pair.replicas;
  }

  /** The replica that is named so. */
  replica(name: string): Replica {
    const replica = this.replicas.find((one) => one.name === name);
    if (!replica) throw new Error(`no replica is called ${name}`);
    return replica;
  }

  /** Starts a replica again beside what goes on; `whole` waits for it. */
  startAgain(replica: Replica): void {
    this.starting = Promise.all([this.starting, replica.start()]);
    // Told by `whole`.
    this.starting.catch(() => undefined);
  }

  /** Resolves when both replicas serve. */
  async whole(): Promise<void> {
    await this.starting;
  }

  /** Reads what Redis has taken into the stream since the last time, in its order. */
  async readStream(): Promise<void> {
    for (;;) {
      const entries = await this.log.xrange(EVENTS_STREAM, this.lastEntry === '-' ? '-' : `(${this.lastEntry}`, '+', 'COUNT', 2_000);
      for (const [entryId, fields] of entries) {
        const { sequence, id, user_id: userId } = JSON.parse(fields[fields.indexOf('event') + 1] ?? '') as EventEnvelope;
        this.stream.push({ sequence, id, userId, atMs: Number(entryId.split('-')[0]) });
        this.lastEntry = entryId;
      }
      if (entries.length === 0) return;
    }
  }

  async stop(): Promise<void> {
    await this.whole().catch(() => undefined);
    this.memory.stop();
    await this.load.stop().catch(() => undefined);
    await this.late.stop();
    await this.reader.stop();
    await this.listeners.stop();
    this.log.disconnect();
    await this.pair.stop();
  }

  private async boot(): Promise<void> {
    this.listeners.start();
    await this.pair.start();
    this.reader.start();
    await this.load.prepare();
    this.load.start();
    this.late.start();
  }
}
