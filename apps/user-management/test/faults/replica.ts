import { readFileSync } from 'node:fs';
import { BuiltProgram } from '../built-service.js';
import { until } from '../poll.js';
import { freePort } from '../test-app.js';
import { StepNames } from '../kill-steps/name-steps.js';
import { Link, type Gate } from './link.js';

const START_PATIENCE_MS = 120_000;

/** What all replicas of a cluster share. */
export interface ReplicaSettings {
  databaseUrl: string;
  redisUrl: string;
  dataDir: string;
  environment: Record<string, string>;
  /** The build's folder; undefined is that of `npm run build`. */
  dist: string | undefined;
}

/** What a replica is about to ask of its database, on which of its connections; `hold` keeps it from getting there. */
export type StatementGate = (statement: string, connection: number) => ReturnType<Gate>;

/** A replica of the built service as a process, with a link of its own to the database and one to Redis. */
export class Replica {
  private program: BuiltProgram | null = null;
  private isPaused = false;
  private statementGate: StatementGate = () => 'pass';
  private readonly outputs: string[] = [];

  private constructor(
    readonly name: string,
    readonly url: string,
    readonly database: Link,
    readonly redis: Link,
    private readonly settings: ReplicaSettings,
  ) {}

  static async create(name: string, settings: ReplicaSettings): Promise<Replica> {
    const portOf = (url: string) => Number(new URL(url).port);
    const [database, redis] = [await Link.start(portOf(settings.databaseUrl)), await Link.start(portOf(settings.redisUrl))];
    const replica = new Replica(name, `http://127.0.0.1:${await freePort()}`, database, redis, settings);
    database.watch(replica.nameStatements());
    return replica;
  }

  /** Looks at each statement by its first word and table, for example `UPDATE outbox_events`. */
  watchStatements(gate: StatementGate): void {
    this.statementGate = gate;
  }

  /** Whether a load balancer would send anything here. */
  get isServing(): boolean {
    return this.isRunning && !this.isPaused;
  }

  get isRunning(): boolean {
    return this.program !== null && !this.program.hasEnded;
  }

  /** What its lives wrote to the log. */
  get log(): string[] {
    return [...this.outputs, this.program?.output ?? ''].flatMap((output) => output.split('\n').filter((line) => line.startsWith('{')));
  }

  /** Starts it (again) at the same address. Resolves when it is ready. */
  async start(): Promise<void> {
    const { databaseUrl, redisUrl, dataDir, environment, dist } = this.settings;
    const url = this.database.within(databaseUrl);
    const more = { PORT: new URL(this.url).port, REDIS_URL: this.redis.within(redisUrl), ...environment };
    const program = new BuiltProgram('main', { url, dataDir }, more, dist);
    this.program = program;
    await until(() => this.isReady(program), Boolean, START_PATIENCE_MS);
  }

  async kill(): Promise<void> {
    const program = this.program;
    this.program = null;
    this.isPaused = false;
    if (program === null) return;
    await program.kill();
    this.outputs.push(program.output);
  }

  pause(): void {
    this.isPaused = true;
    this.program?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.program?.resume();
  }

  /** Resident memory in bytes, or null while it does not run. */
  readMemory(): number | null {
    const pid = this.isRunning ? this.program?.pid : undefined;
    if (pid === undefined) return null;
    try {
      const [, resident = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
      return Number(resident) * 1024;
    } catch {
      return null;
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    this.database.stop();
    this.redis.stop();
  }

  /** From each connection's first byte on: statements are named when they are prepared. */
  private nameStatements(): Gate {
    const protocol = this.settings.databaseUrl.startsWith('mysql') ? 'mysql' : 'postgresql';
    const names = new Map<number, StepNames>();
    return ({ direction, connection, data }) => {
      const known = names.get(connection) ?? new StepNames(protocol);
      names.set(connection, known);
      if (direction === 'request') return this.statementGate(known.of(data), connection);
      known.hear(data);
      return 'pass';
    };
  }

  private async isReady(program: BuiltProgram): Promise<boolean> {
    if (program.hasEnded) throw new Error(`replica ${this.name} ended: ${program.output}`);
    return fetch(`${this.url}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}
