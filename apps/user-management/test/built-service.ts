import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestDatabase } from './test-database.js';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

export interface Ended {
  code: number | null;
  output: string;
}

/** One of the built programs (`main`, `migrate`) as a process of its own, over a test's database. */
export class BuiltProgram {
  output = '';
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;

  /** @param dist another build than that of `npm run build` */
  constructor(
    program: 'main' | 'migrate',
    database: Pick<TestDatabase, 'url' | 'dataDir'>,
    environment: Record<string, string> = {},
    dist: string = DIST,
  ) {
    this.child = spawn(process.execPath, [`${dist}/${program}.js`], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        LOG_LEVEL: 'warn',
        NODE_NO_WARNINGS: '1',
        DATA_DIR: database.dataDir,
        ...(database.url === null ? {} : { DATABASE_URL: database.url }),
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve({ code, output: this.output })));
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** `kill -STOP`: it stands still, with everything that it holds. */
  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** `kill -9`: nothing in the process runs any more. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** What `docker stop` asks for. */
  async stop(): Promise<Ended> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}
