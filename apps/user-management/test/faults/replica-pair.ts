import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestIssuer, type TestIssuer } from '@sa-platform/auth-client/testing';
import type { Connection } from '../../src/platform/database/engines/connection.js';
import { connect } from '../../src/platform/database/open-database.js';
import { until } from '../poll.js';
import { Administrator } from './administrator.js';
import type { PrivateDatabase } from './private-database.js';
import { PrivateRedis } from './private-redis.js';
import { Replica } from './replica.js';

const ADMIN = 'admin@example.com';
const PATIENCE_MS = 60_000;

/** Two replicas of the built service over a database and a Redis of their own, and whoever administers them. */
export class ReplicaPair {
  private subject = '';
  readonly administrator: Administrator;

  private constructor(
    readonly database: PrivateDatabase,
    private readonly databaseUrl: string,
    private readonly dataDir: string,
    readonly redis: PrivateRedis,
    readonly issuer: TestIssuer,
    readonly replicas: readonly Replica[],
    /** Straight to the database, past every link. */
    readonly connection: Connection,
  ) {
    this.administrator = new Administrator(replicas, issuer, () => this.subject);
  }

  /** @param dist another build than that of `npm run build` */
  static async create(database: PrivateDatabase, dist?: string): Promise<ReplicaPair> {
    const dataDir = mkdtempSync(join(tmpdir(), 'um-faults-'));
    const [databaseUrl, redis, issuer] = [await database.create(), await PrivateRedis.start(), await startTestIssuer()];
    const environment = {
      AUTH_ISSUER: issuer.issuer,
      AUTH_JWKS_URI: issuer.jwksUri,
      DEMO_DATA: 'true',
      DATABASE_POOL_SIZE: '8',
    };
    const shared = { databaseUrl, redisUrl: redis.url, dataDir, environment, dist };
    const replicas = [await Replica.create('A', shared), await Replica.create('B', shared)];
    const connection = await connect({ url: databaseUrl, dataDir, poolSize: 6 });
    return new ReplicaPair(database, databaseUrl, dataDir, redis, issuer, replicas, connection);
  }

  /** Resolves when both serve and the administrator can sign in. */
  async start(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.start()));
    const find = () => this.connection.prisma.user.findUnique({ where: { emailCanonical: ADMIN } });
    const admin = await until(find, (user) => typeof user?.externalId === 'string', PATIENCE_MS);
    this.subject = admin?.externalId ?? '';
  }

  async stop(): Promise<void> {
    this.administrator.stop();
    for (const replica of this.replicas) await replica.stop();
    await this.connection.close();
    await this.redis.stop();
    await this.database.drop(this.databaseUrl);
    await this.issuer.close();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
