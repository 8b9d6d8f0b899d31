import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditAction } from '@sa-platform/contracts';
import { BASE_PATH } from '../src/app.setup.js';
import { Relay } from '../src/modules/events/relay.js';
import { Database } from '../src/platform/database/database.js';
import { BuiltProgram } from './built-service.js';
import { until } from './poll.js';
import { freePort, TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

const ADMIN = 'admin@example.com';
/** A user whose account at the provider was cut off is taken up by a timer of 15 s. */
const IDENTITY_PATIENCE_MS = 60_000;
/** PGlite recovers and the whole service starts: seconds, or a minute where other suites have the machine. */
const START_PATIENCE_MS = 120_000;
const TEST_PATIENCE_MS = 180_000;

/** A user's account at the provider, a role's holders, and the end of all access. */
const KILLED_ON_SERVERS: AuditAction[] = ['USER_CREATED', 'ROLE_UPDATED', 'USER_DEACTIVATED'];

interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
  body: any;
  replayed: boolean;
  requestId: string | null;
}

interface Write {
  name: string;
  method: string;
  path: () => string;
  json?: () => unknown;
  headers?: Record<string, string>;
  /** Types of the events that it must have written. */
  events: string[];
  /** How the audit trail tells of it. */
  audit: AuditAction;
  remember?: (body: Answer['body']) => void;
  /** What a read after the restart must show. */
  shows: () => Promise<boolean>;
}

describe('kill -9 right after an answer, then a restart', () => {
  let database: TestDatabase;
  let service: BuiltProgram;
  let url: string;
  let token: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    await start();
    token = (await call('POST', '/mock-idp/dev-token', { email: ADMIN })).body.access_token;
  }, TEST_PATIENCE_MS);
  afterAll(async () => {
    await service.kill();
    await database.drop();
  });

  /** The same address each time, so that the issuer stays the same and tokens stay valid. */
  async function start(): Promise<void> {
    const port = url ? new URL(url).port : String(await freePort());
    url = `http://127.0.0.1:${port}`;
    service = new BuiltProgram('main', database, { PORT: port, DEMO_DATA: 'true' });
    await until(isReady, Boolean, START_PATIENCE_MS);
  }

  async function isReady(): Promise<boolean> {
    if (service.hasEnded) throw new Error(`the service ended: ${service.output}`);
    return fetch(`${url}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  async function call(method: string, path: string, json?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(path.startsWith('/') ? `${url}${path}` : `${url}/${BASE_PATH}/${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    const { status, headers: answered } = response;
    return { status, body: text ? JSON.parse(text) : null, replayed: answered.has('idempotency-replayed'), requestId: answered.get('x-request-id') };
  }
  const get = async (path: string) => (await call('GET', path)).body;

  const ids = { user: '', membership: '', second: '', role: '' };
  const user = () => `admin/users/${ids.user}`;
  const context = () => get(`users/${ids.user}/context`);
  const membership = async (id: string) => (await context()).memberships.find((one: { membership_id: string }) => one.membership_id === id);
  const organisation = { id: 'kill-clinic', name: 'Kill Clinic' };
  const idempotencyKey = { 'idempotency-key': 'kill-organisation' };

  const writes: Write[] = [
    {
      name: 'an organisation, with its Idempotency-Key',
      method: 'POST',
      path: () => 'admin/organisations',
      json: () => organisation,
      headers: idempotencyKey,
      events: [],
      audit: 'ORGANISATION_CREATED',
      shows: async () => (await get('admin/organisations/kill-clinic')).name === organisation.name,
    },
    {
      name: 'a user with a membership',
      method: 'POST',
      path: () => 'admin/users',
      json: () => ({
        email: 'killed@example.com',
        display_name: 'Killed',
        user_type: 'user',
        memberships: [{ organisation_id: 'texas', role_key: 'BILLER' }],
      }),
      events: ['users.created', 'users.membership.added'],
      audit: 'USER_CREATED',
      remember: (body) => {
        ids.user = body.id;
        ids.membership = body.memberships[0].membership_id;
      },
      shows: async () => (await get(user())).email === 'killed@example.com',
    },
    {
      name: 'a change of the profile',
      method: 'PATCH',
      path: user,
      json: () => ({ display_name: 'Renamed' }),
      events: ['users.updated'],
      audit: 'USER_UPDATED',
      shows: async () => (await get(user())).display_name === 'Renamed',
    },
    {
      name: 'a membership',
      method: 'POST',
      path: () => `${user()}/memberships`,
      json: () => ({ organisation_id: 'kill-clinic', role_key: 'READONLY' }),
      events: ['users.membership.added'],
      audit: 'MEMBERSHIP_ADDED',
      remember: (body) => {
        ids.second = body.membership_id;
      },
      shows: async () => (await membership(ids.second)).role.key === 'READONLY',
    },
    {
      name: 'a change of role',
      method: 'PATCH',
      path: () => `${user()}/memberships/${ids.second}`,
      json: () => ({ role_key: 'BILLING_LEAD' }),
      events: ['users.role.changed'],
      audit: 'MEMBERSHIP_UPDATED',
      shows: async () => (await membership(ids.second)).role.key === 'BILLING_LEAD',
    },
    {
      name: 'a grant of a product',
      method: 'POST',
      path: () => `${user()}/memberships/${ids.second}/products`,
      json: () => ({ product_id: 'derm' }),
      events: ['users.product.granted'],
      audit: 'PRODUCT_GRANTED',
      shows: async () => (await membership(ids.second)).products.length === 1,
    },
    {
      name: 'the removal of a membership',
      method: 'DELETE',
      path: () => `${user()}/memberships/${ids.membership}`,
      events: ['users.membership.removed'],
      audit: 'MEMBERSHIP_REMOVED',
      shows: async () => (await membership(ids.membership)) === undefined,
    },
    {
      name: 'a role',
      method: 'POST',
      path: () => 'admin/roles',
      json: () => ({ key: 'KILLED', name: 'Killed', organisation_id: 'kill-clinic', permissions: ['claims:read'] }),
      events: [],
      audit: 'ROLE_CREATED',
      remember: (body) => {
        ids.role = body.id;
      },
      shows: async () => (await get(`admin/roles/${ids.role}`)).key === 'KILLED',
    },
    {
      name: "a role's permissions",
      method: 'PATCH',
      path: () => `admin/roles/${ids.role}`,
      json: () => ({ permissions: ['cases:read'] }),
      events: ['users.permissions.changed'],
      audit: 'ROLE_UPDATED',
      shows: async () => (await get(`admin/roles/${ids.role}`)).permissions.join() === 'cases:read',
    },
    {
      name: 'a registration of a permission',
      method: 'POST',
      path: () => 'permissions/register',
      json: () => ({ permission: 'killed:read', service_id: 'kill', description: 'Read' }),
      events: ['permissions.registered'],
      audit: 'PERMISSIONS_REGISTERED',
      shows: async () => (await get('permissions?service_id=kill')).total === 1,
    },
    {
      name: 'a deactivation',
      method: 'DELETE',
      path: user,
      events: ['users.deactivated'],
      audit: 'USER_DEACTIVATED',
      shows: async () => (await context()).status === 'deactivated',
    },
  ];

  const expected: string[] = [];
  /** Every write where the database dies with us; a server outlives the kill, and has committed each of them alike. */
  const isKilledAfter = (write: Write) => engine === 'pglite' || KILLED_ON_SERVERS.includes(write.audit);

  it.each(writes.map((write, index) => [write.name, write, (index * 7) % 21] as const))(
    'keeps %s',
    async (_name, write, delayMs) => {
      const answer = await call(write.method, write.path(), write.json?.(), write.headers);
      expect(answer.status).toBeLessThan(300);
      write.remember?.(answer.body);
      expected.push(...write.events);
      if (isKilledAfter(write)) {
        await sleep(delayMs);
        await service.kill();
        await start();
      }
      expect(await write.shows()).toBe(true);
      const { items } = await get(`admin/audit?action=${write.audit}&limit=1`);
      expect(items).toMatchObject([{ request_id: answer.requestId }]);
    },
    TEST_PATIENCE_MS,
  );

  it('answers a repeated Idempotency-Key as it did before it was killed', async () => {
    const repeated = await call('POST', 'admin/organisations', organisation, idempotencyKey);
    expect(repeated).toMatchObject({ status: 201, replayed: true, body: organisation });
    const other = await call('POST', 'admin/organisations', { ...organisation, name: 'Other' }, idempotencyKey);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } });
  });

  it('brings users whose creation was cut off at any point to the provider, with one account each', async () => {
    for (const [index, delayMs] of [0, 25].entries()) {
      const json = { email: `cut-off-${index}@example.com`, display_name: 'Cut off', user_type: 'user' };
      const unanswered = call('POST', 'admin/users', json).catch(() => null);
      await sleep(delayMs);
      await service.kill();
      await unanswered;
      await start();
    }
    const people = async () => (await get('admin/users?search=cut-off&limit=100')).items as { id: string; external_id: string | null }[];
    const states = async () => {
      const views = [];
      for (const { id } of await people()) views.push((await get(`admin/users/${id}`)).identity.state);
      return views;
    };
    await until(states, (all) => all.every((state) => state === 'synced'), IDENTITY_PATIENCE_MS);
    for (const { external_id: externalId } of await people()) expect(externalId).not.toBeNull();
  }, 2 * TEST_PATIENCE_MS);

  it('has an audit trail that holds, every chain of it', async () => {
    expect(await get('admin/audit/verify')).toMatchObject({ valid: true, next_cursor: null });
  });

  it("has every event in the outbox, numbered without a gap and published, and no account that is nobody's", async () => {
    await service.kill();
    if (engine === 'pglite') expect(readFileSync(join(database.dataDir, 'lock'), 'utf8')).toBe(String(service.pid));
    const app = await TestApp.start({}, database);
    try {
      await app.nest.get(Relay).drain();
      const { client } = app.nest.get(Database);
      const events = await client.outboxEvent.findMany({ orderBy: { sequence: 'asc' } });
      expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 1));
      expect(events.every(({ publishedAt }) => publishedAt !== null)).toBe(true);
      const left = [...expected];
      for (const { type } of events) if (left.includes(type)) left.splice(left.indexOf(type), 1);
      expect(left).toEqual([]);

      const users = await client.user.findMany({ select: { externalId: true } });
      const accounts = await client.mockAccount.findMany({ select: { subject: true } });
      expect(accounts.map(({ subject }) => subject).sort()).toEqual(users.map(({ externalId }) => externalId).sort());
    } finally {
      await app.stop();
    }
  }, TEST_PATIENCE_MS);
});
