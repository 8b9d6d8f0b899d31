// Migrating a database and sowing the demo data cost seconds, copying one does not: each suite gets a copy.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createApp } from '../dist/app.setup.js';
import { loadConfig } from '../dist/platform/config/config.js';
import { connect, migrate } from '../dist/platform/database/open-database.js';

/** Jest's globalSetup of an engine whose databases can be copied; `remove-template.js` is its counterpart. */
export default async function makeTemplate(_global, { globals: { ENGINE: engine, SERVERS: servers } }) {
  const template = engine === 'pglite' ? new FolderTemplate() : new ServerTemplate(servers.postgresql);
  for (const kind of ['migrated', 'seeded']) {
    const settings = await template.create(kind);
    const connection = await connect(settings);
    await migrate(connection);
    if (kind === 'seeded') await seed(settings, connection);
    else await connection.close();
  }
  process.env[`TEMPLATE_${engine.toUpperCase()}`] = template.name;
  globalThis.removeTemplates = [...(globalThis.removeTemplates ?? []), () => template.remove()];
}

/** PGlite's folders, and the mock's signing keys. */
class FolderTemplate {
  name = mkdtempSync(join(tmpdir(), 'um-template-'));

  async create(kind) {
    return { url: null, dataDir: join(this.name, kind), poolSize: 1 };
  }

  async remove() {
    rmSync(this.name, { recursive: true, force: true });
  }
}

class ServerTemplate {
  name = join(mkdtempSync(join(tmpdir(), 'um-template-')), `um_test_${randomBytes(6).toString('hex')}`);

  constructor(server) {
    this.server = server;
  }

  async create(kind) {
    const database = `${this.name.split('/').pop()}_${kind}`;
    await this.run(`CREATE DATABASE ${database}`);
    const url = new URL(this.server);
    url.pathname = `/${database}`;
    return { url: url.href, dataDir: join(this.name, kind), poolSize: 4 };
  }

  async remove() {
    for (const kind of ['migrated', 'seeded']) await this.run(`DROP DATABASE IF EXISTS ${this.name.split('/').pop()}_${kind} WITH (FORCE)`);
    rmSync(join(this.name, '..'), { recursive: true, force: true });
  }

  async run(statement) {
    const client = new pg.Client({ connectionString: this.server });
    await client.connect();
    await client.query(statement);
    await client.end();
  }
}

/** As the service's first start does it, until the provider has followed. */
async function seed({ url, dataDir }, connection) {
  const port = await freePort();
  const database = { DATA_DIR: dataDir, ...(url === null ? {} : { DATABASE_URL: url }) };
  const config = loadConfig({ NODE_ENV: 'test', DEMO_DATA: 'true', LOG_LEVEL: 'fatal', PORT: String(port), ...database });
  const app = await createApp(config, connection);
  await app.listen(port, '127.0.0.1');
  while ((await connection.prisma.identityJob.count()) > 0) await sleep(20);
  while ((await connection.prisma.outboxEvent.count({ where: { publishedAt: null } })) > 0) await sleep(20);
  await app.close();
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
