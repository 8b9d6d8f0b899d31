import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** In a container the process that was killed and the one that follows have the same id, so the file alone can't tell. */
const heldHere = new Set<string>();

/** The folder is in use; the message says which and what to do. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError';
}

/**
 * Marks a folder as open by this process. A mark whose process is gone (kill -9) is taken over.
 *
 * @returns what removes the mark
 * @throws FolderLockedError when a living process holds it
 */
export function lockFolder(folder: string): () => void {
  const file = resolve(folder, 'lock');
  if (heldHere.has(file) || !(claim(file) || (removeDead(file) && claim(file)))) {
    throw new FolderLockedError(`DATA_DIR: ${folder} is open in another process; stop it or choose another folder`);
  }
  heldHere.add(file);
  return () => {
    heldHere.delete(file);
    rmSync(file, { force: true });
  };
}

/** The mark is linked when it is written: nobody ever reads half of one. False: there is a mark already. */
function claim(file: string): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Several may find the same dead mark: they take turns and look again, or the second would remove what the first has
 * just written. False: somebody living has the mark, or is about to.
 */
function removeDead(file: string): boolean {
  if (isHeld(file)) return false;
  const turn = `${file}.turn`;
  if (!claim(turn)) {
    if (isHeld(turn)) return false;
    rmSync(turn, { force: true });
    if (!claim(turn)) return false;
  }
  try {
    const holder = holderOf(file);
    if (holder !== null && isAlive(holder)) return false;
    // A mark that is gone was given back, and the next one there would be somebody's.
    if (holder !== null) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(turn, { force: true });
  }
}

function isHeld(file: string): boolean {
  const holder = holderOf(file);
  return holder !== null && isAlive(holder);
}

/** Null when there is no mark. */
function holderOf(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
