import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../test-app.js';
import { findProgram, PrivateProcess } from './private-process.js';

/** A Redis of the suite's own. It keeps its stream in a file, as whoever relies on the stream would have it do. */
export class PrivateRedis {
  private constructor(
    private readonly folder: string,
    private readonly server: PrivateProcess,
  ) {}

  static isInstalled(): boolean {
    return findProgram('redis-server', []) !== null;
  }

  static async start(): Promise<PrivateRedis> {
    const folder = mkdtempSync(join(tmpdir(), 'um-faults-redis-'));
    const port = await freePort();
    const given = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', 'no'];
    const server = new PrivateProcess({ program: findProgram('redis-server', []) ?? '', arguments: given, port });
    await server.start();
    return new PrivateRedis(folder, server);
  }

  get port(): number {
    return this.server.port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async kill(): Promise<void> {
    await this.server.end('SIGKILL');
  }

  async comeBack(): Promise<void> {
    await this.server.start();
  }

  /** Ends the connection of every subscriber. */
  async killSubscribers(): Promise<void> {
    const redis = new Redis(this.url);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    redis.disconnect();
  }

  async stop(): Promise<void> {
    await this.server.end('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
