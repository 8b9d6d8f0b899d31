import type { TestIssuer } from '@sa-platform/auth-client/testing';
import { BASE_PATH } from '../../src/app.setup.js';
import { BuiltProgram } from '../built-service.js';
import { ADMIN_SUBJECT, type Tenant } from '../identity-tenants.js';
import { until } from '../poll.js';
import { freePort } from '../test-app.js';
import type { TestDatabase } from '../test-database.js';
import { StepProxy, Steps, type Place } from './step-proxy.js';

const START_PATIENCE_MS = 120_000;

export interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  body: any;
}

/** What all lives of the service have in common. */
export interface World {
  database: TestDatabase & { url: string };
  tenant: Tenant;
  issuer: TestIssuer;
}

/** One life of the built service, with a proxy before its database and one before its provider. */
export class KillableService {
  private constructor(
    private readonly program: BuiltProgram,
    private readonly url: string,
    private readonly world: World,
    private readonly proxies: StepProxy[],
    readonly steps: Steps,
  ) {}

  static async start(world: World, more: Record<string, string> = {}): Promise<KillableService> {
    const { database, tenant, issuer } = world;
    const steps = new Steps();
    const [before, beside] = [await StepProxy.start(database.url, steps), await StepProxy.start(tenant.address, steps)];
    const port = await freePort();
    const environment = { PORT: String(port), DATABASE_POOL_SIZE: '4', ...tenant.environment(issuer, beside.url), ...more };
    const program = new BuiltProgram('main', { ...database, url: before.url }, environment);
    const service = new KillableService(program, `http://127.0.0.1:${port}`, world, [before, beside], steps);
    await until(() => service.isReady(), Boolean, START_PATIENCE_MS);
    return service;
  }

  /** As the platform admin; null when the service was killed before it answered. */
  async call(method: string, path: string, json?: unknown): Promise<Answer | null> {
    const token = this.world.tenant.token(this.world.issuer, ADMIN_SUBJECT);
    try {
      const response = await fetch(`${this.url}/${BASE_PATH}/${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null };
    } catch (error) {
      // Jest's own TypeError is another than that of fetch.
      if ((error as Error).name === 'TypeError') return null;
      throw error;
    }
  }

  /** The same for what has to work. */
  async ask(method: string, path: string, json?: unknown): Promise<Answer['body']> {
    const answer = await this.call(method, path, json);
    if (answer === null || answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)} ${this.program.output}`);
    return answer.body;
  }

  killAt(place: Place): void {
    this.steps.arm(place, () => void this.program.kill());
  }

  get hasEnded(): boolean {
    return this.program.hasEnded;
  }

  async kill(): Promise<void> {
    await this.program.kill();
    for (const proxy of this.proxies) await proxy.stop();
  }

  private async isReady(): Promise<boolean> {
    if (this.program.hasEnded) throw new Error(`the service ended: ${this.program.output}`);
    return fetch(`${this.url}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}
