import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mariadb';
import { connect, migrate } from '../../src/platform/database/open-database.js';
import { until } from '../poll.js';
import { freePort } from '../test-app.js';
import type { PrivateDatabase } from './private-database.js';
import { findProgram, PrivateProcess, unprivilegedOwner } from './private-process.js';

const FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** A MariaDB of the suite's own. */
export class PrivateMariadb implements PrivateDatabase {
  private constructor(
    private readonly folder: string,
    private readonly server: PrivateProcess,
  ) {}

  static isInstalled(): boolean {
    return findProgram('mariadbd', FOLDERS) !== null && findProgram('mariadb-install-db', FOLDERS) !== null;
  }

  static async start(): Promise<PrivateMariadb> {
    const owner = unprivilegedOwner('mysql');
    const folder = mkdtempSync(join(tmpdir(), 'um-faults-my-'));
    if (owner) chownSync(folder, owner.uid, owner.gid);
    const data = `--datadir=${folder}/data`;
    const install = findProgram('mariadb-install-db', FOLDERS) ?? '';
    execFileSync(install, ['--no-defaults', data, '--skip-test-db', '--auth-root-authentication-method=normal'], { stdio: 'pipe', ...(owner ?? {}) });
    const port = await freePort();
    const given = [
      '--no-defaults',
      data,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${folder}/socket`,
      '--skip-grant-tables',
      '--max-connections=120',
      '--innodb-buffer-pool-size=64M',
      // To the kernel with each commit: what a crash of the process alone can not take back.
      '--innodb-flush-log-at-trx-commit=2',
    ];
    const server = new PrivateProcess({ program: findProgram('mariadbd', FOLDERS) ?? '', arguments: given, port, owner });
    const database = new PrivateMariadb(folder, server);
    await database.comeBack();
    return database;
  }

  get port(): number {
    return this.server.port;
  }

  async create(): Promise<string> {
    const name = `um_${randomBytes(6).toString('hex')}`;
    await this.run(`CREATE DATABASE ${name}`);
    const url = `mysql://root@127.0.0.1:${this.port}/${name}`;
    const connection = await connect({ url, dataDir: this.folder, poolSize: 2 });
    await migrate(connection);
    await connection.close();
    return url;
  }

  async drop(url: string): Promise<void> {
    await this.run(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)}`);
  }

  async crash(): Promise<void> {
    await this.server.end('SIGKILL');
  }

  async comeBack(): Promise<void> {
    await this.server.start();
    await until(() => this.run('SELECT 1').then(() => true, () => false), Boolean, 60_000);
  }

  async stop(): Promise<void> {
    await this.server.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(statement: string): Promise<void> {
    const connection = await createConnection({ host: '127.0.0.1', port: this.port, user: 'root' });
    await connection.query(statement).finally(() => connection.end());
  }
}
