import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { until } from '../poll.js';

const START_PATIENCE_MS = 60_000;

/** How a server is run: nobody but the suite uses it, so it may be killed, stopped and started at will. */
export interface PrivateCommand {
  program: string;
  arguments: string[];
  port: number;
  /** Servers of databases refuse to run as root. */
  owner?: Owner | null;
}

export interface Owner {
  uid: number;
  gid: number;
}

/** A server of the suite's own, started again and again at the same port. */
export class PrivateProcess {
  private child: ChildProcess | null = null;
  private output = '';

  constructor(private readonly command: PrivateCommand) {}

  get port(): number {
    return this.command.port;
  }

  async start(): Promise<void> {
    const { program, arguments: given, owner } = this.command;
    const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'pipe'], ...(owner ?? {}) });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-4_000);
      });
    }
    await until(() => this.isListening(), Boolean, START_PATIENCE_MS);
  }

  /** @param signal what the server is told; it is gone when this resolves */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  private isListening(): Promise<boolean> {
    if (this.child === null || this.child.exitCode !== null) throw new Error(`${this.command.program} ended: ${this.output}`);
    return new Promise((resolve) => {
      const socket = createConnection({ port: this.port, host: '127.0.0.1' });
      const end = (isThere: boolean) => {
        socket.destroy();
        resolve(isThere);
      };
      socket.once('connect', () => end(true));
      socket.once('error', () => end(false));
    });
  }
}

/** Whom a database server is to run as where this process is root; null: as this process. */
export function unprivilegedOwner(name: string): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (option: string) => Number(execFileSync('id', [option, name]).toString());
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** @returns the first of these that is installed, or null */
export function findProgram(name: string, folders: string[]): string | null {
  const path = [...folders, ...(process.env.PATH ?? '').split(':')].map((folder) => `${folder}/${name}`);
  return path.find((file) => existsSync(file)) ?? null;
}
