import { BuiltProgram, type Ended } from '../built-service.js';
import { until } from '../poll.js';
import { freePort } from '../test-app.js';
import type { TestDatabase } from '../test-database.js';

const START_PATIENCE_MS = 120_000;

/** One replica of the built service, which keeps its address over restarts. */
export class Replica {
  private program: BuiltProgram | null = null;

  private constructor(
    private readonly database: TestDatabase,
    private readonly port: number,
    private readonly environment: Record<string, string>,
  ) {}

  /** @param issuer address of the replica in whose name tokens are issued, by all of them; its own when not given */
  static async create(database: TestDatabase, environment: Record<string, string>, issuer?: string): Promise<Replica> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const keys = { PUBLIC_URL: issuer ?? url, AUTH_JWKS_URI: `${url}/mock-idp/jwks` };
    return new Replica(database, port, { DEMO_DATA: 'true', PORT: String(port), ...keys, ...environment });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get output(): string {
    return this.program?.output ?? '';
  }

  get hasEnded(): boolean {
    return this.program?.hasEnded ?? true;
  }

  get ended(): Promise<Ended> {
    return this.running.ended;
  }

  async start(): Promise<void> {
    this.program = new BuiltProgram('main', this.database, this.environment);
    await until(() => this.readiness(), (status) => status === 200, START_PATIENCE_MS);
  }

  /** The status of `/health/ready`; null while nobody listens. */
  async readiness(): Promise<number | null> {
    if (this.hasEnded) throw new Error(`the service ended: ${this.output}`);
    return fetch(`${this.url}/health/ready`).then(
      ({ status }) => status,
      () => null,
    );
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.running.pid!, signal);
  }

  async stop(): Promise<Ended> {
    return this.running.stop();
  }

  async kill(): Promise<void> {
    await this.program?.kill();
  }

  private get running(): BuiltProgram {
    if (this.program === null) throw new Error('the replica was not started');
    return this.program;
  }
}
