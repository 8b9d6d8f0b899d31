import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { FolderLockedError, lockFolder } from './folder-lock.js';

const { ModuleKind, ScriptTarget, transpileModule } = ts;

const RACERS = 6;

/** The id of a process that has ended. */
const deadPid = () => Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());

describe('the lock of a folder', () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'um-lock-'));
    lock = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('names its process and is gone when it is given back, with nothing left beside it', () => {
    const unlock = lockFolder(folder);
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid));
    expect(readdirSync(folder)).toEqual(['lock']);
    unlock();
    expect(readdirSync(folder)).toEqual([]);
    lockFolder(folder)();
  });

  it('refuses a folder that a living process has open, naming it, and leaves the mark', () => {
    writeFileSync(lock, String(process.ppid));
    expect(() => lockFolder(folder)).toThrow(FolderLockedError);
    expect(() => lockFolder(folder)).toThrow(`DATA_DIR: ${folder} is open in another process`);
    expect(readFileSync(lock, 'utf8')).toBe(String(process.ppid));
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('refuses a folder that this very process has open', () => {
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(FolderLockedError);
    unlock();
  });

  it.each([
    ['of a process that was killed', () => String(deadPid())],
    ['of an earlier process with this id, as in a restarted container', () => String(process.pid)],
    ['that was cut off', () => ''],
    ['that makes no sense', () => 'nonsense'],
    ['of a process group, which must not be asked', () => '-1'],
  ])('takes over a mark %s', (_what, mark) => {
    writeFileSync(lock, mark());
    const unlock = lockFolder(folder);
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid));
    unlock();
  });

  it('takes over even when whoever was taking over was killed', () => {
    writeFileSync(lock, String(deadPid()));
    writeFileSync(join(folder, 'lock.turn'), String(deadPid()));
    lockFolder(folder)();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what is wrong when the folder is not there or the mark can not be read', () => {
    expect(() => lockFolder(join(folder, 'missing'))).toThrow('ENOENT');
    mkdirSync(lock);
    expect(() => lockFolder(folder)).toThrow('EISDIR');
  });

  it(`lets one of ${RACERS} processes have a folder whose holder was killed`, async () => {
    const racers = Array.from({ length: RACERS }, () => new Racer(folder));
    try {
      for (const racer of racers) await racer.nextLine();
      writeFileSync(lock, String(deadPid()));
      const startAt = Date.now() + 200;
      const answers = await Promise.all(racers.map((racer) => racer.race(startAt)));
      expect(answers.sort()).toEqual([...Array<string>(RACERS - 1).fill('FolderLockedError'), 'locked']);
    } finally {
      for (const racer of racers) racer.stop();
    }
  }, 60_000);
});

/** A process that is loaded and waits for the word, so that all of them ask within the same milliseconds. */
class Racer {
  private static readonly program = `
    process.stdout.write('ready\\n');
    process.stdin.once('data', (at) => {
      const [folder, startAt] = String(at).split(' ');
      while (Date.now() < Number(startAt));
      try { lockFolder(folder); process.stdout.write('locked\\n'); }
      catch (error) { process.stdout.write(error.name + '\\n'); }
    });`;
  private readonly process: ChildProcessByStdio<Writable, Readable, null>;

  constructor(private readonly folder: string) {
    const source = readFileSync(join(import.meta.dirname, 'folder-lock.ts'), 'utf8');
    const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022 } });
    const options = ['--input-type=module', '-e', outputText + Racer.program];
    this.process = spawn(process.execPath, options, { stdio: ['pipe', 'pipe', 'inherit'], env: {} });
  }

  nextLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.process.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
      this.process.once('exit', () => reject(new Error('the racer ended')));
    });
  }

  race(startAt: number): Promise<string> {
    const answer = this.nextLine();
    this.process.stdin.write(`${this.folder} ${startAt}`);
    return answer;
  }

  stop(): void {
    this.process.kill('SIGKILL');
  }
}
