// Makes the two Prisma clients from the one schema. `prisma generate` insists on finding a schema engine that it doesn't
// use, and the download may be out of reach: any executable satisfies it (STACK facts).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build/index.js');
const output = resolve(here, '../apps/user-management/src/platform/database/generated');
const model = readFileSync(join(here, 'schema.prisma'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'prisma-'));

try {
  for (const provider of ['postgresql', 'mysql']) {
    const schema = join(folder, `${provider}.prisma`);
    writeFileSync(
      schema,
      model
        .replace('provider = "postgresql"', `provider = "${provider}"`)
        .replace(/output( +)= ".*"/, (_, space) => `output${space}= ${JSON.stringify(join(output, provider))}`),
    );
    execFileSync(process.execPath, [cli, 'generate', '--schema', schema, '--no-hints'], {
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
} finally {
  rmSync(folder, { recursive: true });
}
