import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuthClientBuild } from './prober.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const SERVICE = 'apps/user-management';
const CLIENT = 'libs/auth-client';

/** One place of a built file that is put out of order. */
export interface Edit {
  /** From the folder of the build. */
  file: string;
  from: string;
  to: string;
}

/** A copy of a build in which something is missing. */
export interface PlantedBuild {
  /** Its `dist`. */
  dist: string;
  remove: () => void;
}

/** @throws Error when a text is not there exactly once: then nothing was switched off */
export function plantService(edits: readonly Edit[]): PlantedBuild {
  return plant(SERVICE, edits);
}

/** The same for the parts of `auth-client` that decide. */
export async function plantClient(edits: readonly Edit[]): Promise<AuthClientBuild & { remove: () => void }> {
  const { dist, remove } = plant(CLIENT, edits);
  const main = (await import(`${dist}/index.js`)) as AuthClientBuild;
  const redis = (await import(`${dist}/redis.js`)) as AuthClientBuild;
  return { CachedContexts: main.CachedContexts, UserManagementClient: main.UserManagementClient, RedisEvents: redis.RedisEvents, remove };
}

/** Laid out as the repository is, so that everything else is found where it looks for it. */
function plant(workspace: string, edits: readonly Edit[]): PlantedBuild {
  const folder = mkdtempSync(join(tmpdir(), 'um-planted-'));
  const dist = join(folder, workspace, 'dist');
  mkdirSync(join(folder, workspace), { recursive: true });
  cpSync(join(ROOT, workspace, 'dist'), dist, { recursive: true });
  cpSync(join(ROOT, workspace, 'package.json'), join(folder, workspace, 'package.json'));
  for (const shared of ['node_modules', 'prisma']) symlinkSync(join(ROOT, shared), join(folder, shared));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const edit of edits) replace(dist, edit);
  } catch (error) {
    remove();
    throw error;
  }
  return { dist, remove };
}

function replace(dist: string, { file, from, to }: Edit): void {
  const [before, after] = partsAround(dist, { file, from });
  writeFileSync(join(dist, file), before + to + after);
}

/** What stands before and after the one place that is meant. */
function partsAround(dist: string, { file, from }: Pick<Edit, 'file' | 'from'>): [before: string, after: string] {
  const [before, after, ...more] = readFileSync(join(dist, file), 'utf8').split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${file} has this ${after === undefined ? 'nowhere' : 'more than once'}: ${from}`);
  }
  return [before, after];
}

/** @throws Error when the build has not got what an edit would switch off */
export function requireEditable(of: 'service' | 'client', edits: readonly Edit[]): void {
  for (const edit of edits) partsAround(join(ROOT, of === 'service' ? SERVICE : CLIENT, 'dist'), edit);
}
