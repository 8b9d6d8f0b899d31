import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { connect, migrate } from '../../src/platform/database/open-database.js';
import { until } from '../poll.js';
import { freePort } from '../test-app.js';
import type { PrivateDatabase } from './private-database.js';
import { findProgram, PrivateProcess, unprivilegedOwner } from './private-process.js';

const TEMPLATE = 'migrated';
/** The machine does not crash, only processes do: what was handed to the kernel stays. */
const SETTINGS = ['fsync=off', 'full_page_writes=off', 'max_connections=120', 'autovacuum=on', 'log_min_messages=fatal'];

const folders = () => {
  const versions = '/usr/lib/postgresql';
  try {
    return readdirSync(versions).map((version) => `${versions}/${version}/bin`);
  } catch {
    return [];
  }
};

/** A PostgreSQL of the suite's own, with a migrated database to copy. */
export class PrivatePostgresql implements PrivateDatabase {
  private constructor(
    private readonly folder: string,
    private readonly server: PrivateProcess,
  ) {}

  static isInstalled(): boolean {
    return findProgram('initdb', folders()) !== null;
  }

  static async start(): Promise<PrivatePostgresql> {
    const owner = unprivilegedOwner('postgres');
    const folder = mkdtempSync(join(tmpdir(), 'um-faults-pg-'));
    if (owner) chownSync(folder, owner.uid, owner.gid);
    const [initdb, postgres] = [findProgram('initdb', folders()) ?? '', findProgram('postgres', folders()) ?? ''];
    execFileSync(initdb, ['-D', `${folder}/data`, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale', 'C', '--no-sync'], {
      stdio: 'pipe',
      cwd: folder,
      ...(owner ?? {}),
    });
    const port = await freePort();
    const given = ['-D', `${folder}/data`, '-p', String(port), '-h', '127.0.0.1', '-k', folder, ...SETTINGS.flatMap((one) => ['-c', one])];
    const server = new PrivateProcess({ program: postgres, arguments: given, port, owner });
    const database = new PrivatePostgresql(folder, server);
    await server.start();
    await database.untilReady();
    await database.run(`CREATE DATABASE ${TEMPLATE}`);
    const connection = await connect({ url: database.urlOf(TEMPLATE), dataDir: folder, poolSize: 2 });
    await migrate(connection);
    await connection.close();
    return database;
  }

  get port(): number {
    return this.server.port;
  }

  async create(): Promise<string> {
    const name = `um_${randomBytes(6).toString('hex')}`;
    await this.run(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    return this.urlOf(name);
  }

  async drop(url: string): Promise<void> {
    await this.run(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  }

  /** SIGQUIT: no session is waited for and nothing is written out, so that it recovers as after a crash. */
  async crash(): Promise<void> {
    await this.server.end('SIGQUIT');
  }

  async comeBack(): Promise<void> {
    await this.server.start();
    await this.untilReady();
  }

  async stop(): Promise<void> {
    await this.server.end('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private urlOf(name: string): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/${name}`;
  }

  /** It listens before it has recovered. */
  private async untilReady(): Promise<void> {
    await until(
      () => this.run('SELECT 1').then(() => true, () => false),
      Boolean,
      60_000,
    );
  }

  private async run(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.urlOf('postgres') });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
}
