// Creating PGlite costs seconds, copying its folder does not: each suite gets a copy of one that is migrated already.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, migrate } from '../dist/platform/database/open-database.js';

/** Jest's globalSetup; `remove-pglite-template.js` is its counterpart. */
export default async function makeTemplate() {
  const dataDir = mkdtempSync(join(tmpdir(), 'um-template-'));
  const connection = await connect({ url: null, dataDir, poolSize: 1 });
  await migrate(connection);
  await connection.close();
  process.env.PGLITE_TEMPLATE = join(dataDir, 'pglite');
  globalThis.removePgliteTemplate = () => rmSync(dataDir, { recursive: true, force: true });
}
