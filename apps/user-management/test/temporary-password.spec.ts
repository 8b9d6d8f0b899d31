import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestIssuer, type TestIssuer } from '@sa-platform/auth-client/testing';
import { BASE_PATH } from '../src/app.setup.js';
import { BuiltProgram } from './built-service.js';
import { readEverything } from './dump.js';
import { addAdmin } from './identity-admin.js';
import { ADMIN_SUBJECT, TENANTS, type Tenant } from './identity-tenants.js';
import { newUser, unique } from './people.js';
import { until } from './poll.js';
import { RedisListener } from './redis-listener.js';
import { freePort } from './test-app.js';
import { createTestDatabase, redisUrl, type TestDatabase } from './test-database.js';

const PATIENCE_MS = 120_000;

/** What is kept of an answer: where it came from, and all of its text. */
interface Heard {
  what: string;
  text: string;
}

// The built service writes everything it ever logs; an embedded database can be read once it has ended.
describe.each(['mock', 'auth0', 'cognito'] as const)('a temporary password at %s', (provider) => {
  let database: TestDatabase;
  let tenant: Tenant | null = null;
  let issuer: TestIssuer;
  let service: BuiltProgram;
  let url: string;
  let token: string;
  const heard: Heard[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    issuer = await startTestIssuer();
    if (provider !== 'mock') {
      tenant = await TENANTS[provider]();
      const connection = await database.open();
      await addAdmin(connection);
      await connection.close();
    }
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    const redis: Record<string, string> = redisUrl === null ? {} : { REDIS_URL: redisUrl };
    const settings = tenant?.environment(issuer) ?? { DEMO_DATA: 'true' };
    service = new BuiltProgram('main', database, { PORT: port, LOG_LEVEL: 'debug', ...redis, ...settings });
    await until(() => fetch(`${url}/health/ready`).then(({ ok }) => ok, () => false), Boolean, PATIENCE_MS);
    token = tenant?.token(issuer, ADMIN_SUBJECT) ?? (await fetchToken());
  }, PATIENCE_MS);
  afterAll(async () => {
    await service.kill();
    await tenant?.stop();
    await issuer.close();
    await database.drop();
  });

  async function fetchToken(): Promise<string> {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"email":"admin@example.com"}' };
    return ((await (await fetch(`${url}/mock-idp/dev-token`, init)).json()) as { access_token: string }).access_token;
  }

  async function call(method: string, path: string, json?: unknown, key?: string) {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const response = await fetch(`${url}/${BASE_PATH}/${path}`, { method, headers, ...(json === undefined ? {} : { body: JSON.stringify(json) }) });
    const text = await response.text();
    heard.push({ what: `${method} ${path}`, text: `${JSON.stringify([...response.headers])} ${text}` });
    return { status: response.status, body: JSON.parse(text) as Record<string, string> };
  }

  it('is in one answer, and neither in the log, the database, an event, a mail nor a repeated answer', async () => {
    const listener = redisUrl === null ? null : await RedisListener.start(redisUrl);
    const person = newUser({ provisioning: { delivery: 'temporary_password', on_failure: 'rollback' } });
    const createKey = unique('create');
    const { status, body: created } = await call('POST', 'admin/users', person, createKey);
    expect({ status, password: typeof created['temporary_password'] }).toEqual({ status: 201, password: 'string' });
    const resetPath = `admin/users/${created['id']}/reset-password`;
    const resetKey = unique('reset');
    const { body: reset } = await call('POST', resetPath, { delivery: 'temporary_password' }, resetKey);
    const passwords = [created['temporary_password'], reset['temporary_password']].map(String);
    expect(new Set(passwords).size).toBe(2);
    for (const password of passwords) expect(password.length).toBeGreaterThan(11);

    expect((await call('POST', 'admin/users', person, createKey)).status).toBe(201);
    expect((await call('POST', resetPath, { delivery: 'temporary_password' }, resetKey)).status).toBe(200);
    await call('PATCH', `admin/users/${created['id']}`, { display_name: 'Another Name' });
    for (const path of [`admin/users/${created['id']}`, 'admin/users?limit=100', `users/${created['id']}/context`]) await call('GET', path);
    if (provider === 'mock') heard.push({ what: 'the mailbox', text: await readMailbox() });
    if (listener) await until(() => listener.of(String(created['id'])), (events) => events.length > 1);
    heard.push({ what: 'the events', text: JSON.stringify(listener?.events ?? []) });
    listener?.stop();

    const { output } = await service.stop();
    expect(output).toContain('"level":20');
    heard.push({ what: 'the log', text: output }, { what: 'the database', text: await readDatabase() });
    expect(heard.find(({ what }) => what === 'the database')?.text).toContain(created['email']);
    const [ofCreation, ofReset] = passwords.map((password) => heard.filter(({ text }) => text.includes(password)).map(({ what }) => what));
    expect({ ofCreation, ofReset }).toEqual({ ofCreation: ['POST admin/users'], ofReset: [`POST ${resetPath}`] });
  }, PATIENCE_MS);

  async function readMailbox(): Promise<string> {
    return (await fetch(`${url}/mock-idp/mailbox`, { headers: { accept: 'application/json' } })).text();
  }

  async function readDatabase(): Promise<string> {
    const connection = await database.open();
    const text = await readEverything(connection);
    await connection.close();
    return text;
  }
});
