import { startTestIssuer, type TestIssuer } from '@sa-platform/auth-client/testing';
import { addAdmin } from './identity-admin.js';
import { ADMIN_SUBJECT, TENANTS, type Tenant } from './identity-tenants.js';
import { prismaOf } from './people.js';
import { TestApp, type Answer } from './test-app.js';

/** The service over a real engine, with a stand-in of a vendor's provider instead of the mock. */
export class IdentityApp {
  private constructor(
    readonly app: TestApp,
    readonly tenant: Tenant,
    readonly issuer: TestIssuer,
  ) {}

  static async start(tenant: Tenant | keyof typeof TENANTS, more: Record<string, string> = {}): Promise<IdentityApp> {
    const started = typeof tenant === 'string' ? await TENANTS[tenant]() : tenant;
    const issuer = await startTestIssuer();
    const environment = { ...started.environment(issuer), ...more };
    // The SDK of AWS reads these by itself; a fake looks at no signature.
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) if (environment[name]) process.env[name] = environment[name];
    const app = await TestApp.start(environment);
    await addAdmin({ prisma: prismaOf(app) });
    return new IdentityApp(app, started, issuer);
  }

  /** A request of the platform admin, or of whoever has this subject. */
  call(method: string, path: string, json?: unknown, subject = ADMIN_SUBJECT): Promise<Answer> {
    return this.app.request(method, path, { token: this.tenant.token(this.issuer, subject), json });
  }

  /** The same for what has to work. @returns the body */
  async ask(method: string, path: string, json?: unknown): Promise<Answer['body']> {
    const answer = await this.call(method, path, json);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.tenant.stop();
    await this.issuer.close();
  }
}
