import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BASE_PATH } from '../src/platform/http/base-path.js';
import type { Connection } from '../src/platform/database/engines/connection.js';
import { csv, row } from './import-client.js';
import { OpenRequest } from './open-request.js';
import { unique } from './people.js';
import { until } from './poll.js';
import { Replica } from './rolling/replica.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

const DELAY_MS = 700;
/** So many that their export takes longer than a signal. */
const EXPORTED = 6_000;
/** So many that a stop comes in the middle. */
const IMPORTED = 1_000;

// Who looks on has the database open too, which the embedded one allows nobody.
(engine === 'pglite' ? describe.skip : describe)('a replica that is asked to stop', () => {
  let database: TestDatabase;
  let connection: Connection;
  let replica: Replica;
  let token: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    connection = await database.open();
  });
  afterEach(() => replica.kill());
  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  async function start(environment: Record<string, string> = {}): Promise<void> {
    replica = await Replica.create(database, { SHUTDOWN_DELAY_MS: '0', ...environment });
    await replica.start();
    token = ((await (await post('/mock-idp/dev-token', JSON.stringify({ email: 'admin@example.com' }), 'application/json')).json()) as { access_token: string }).access_token;
  }
  const post = (path: string, body: string, type: string) =>
    fetch(`${replica.url}${path}`, { method: 'POST', headers: { 'content-type': type, ...(token ? { authorization: `Bearer ${token}` } : {}) }, body });

  const organisation = () => JSON.stringify({ id: unique('stopped'), name: 'Stopped' });
  const CREATE: [string, string] = ['POST', `/${BASE_PATH}/admin/organisations`];

  it('says so at once, takes requests for a while, and finishes one whose body comes slowly', async () => {
    await start({ SHUTDOWN_DELAY_MS: String(DELAY_MS) });
    const slow = await OpenRequest.open(replica.url);
    const idle = await OpenRequest.open(replica.url);
    const reserve = await OpenRequest.open(replica.url);
    idle.write('GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n');
    const body = organisation();
    slow.begin(CREATE, token, body, 10);
    await until(() => idle.text, (text) => text.includes('"ok"'));
    expect(idle.text).not.toMatch(/connection: close/i);

    replica.signal('SIGTERM');
    await until(() => replica.readiness(), (status) => status === 503);
    const ready = await fetch(`${replica.url}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'down', reason: 'shutting_down', checks: {} });
    expect(ready.headers.get('connection')).toBe('close');
    expect((await fetch(`${replica.url}/health/live`)).status).toBe(200);
    const served = await fetch(`${replica.url}/${BASE_PATH}/users/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(served.status).toBe(200);

    await until(() => replica.readiness(), (status) => status === null);
    await idle.closed;
    expect(replica.hasEnded).toBe(false);
    slow.write(body.slice(10));
    const answer = await slow.closed;
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    await reserve.closed;
    expect(await replica.ended).toEqual({ code: 0, output: expect.not.stringContaining('callers cut off') });
    expect(await connection.prisma.organisation.count({ where: { id: (JSON.parse(body) as { id: string }).id } })).toBe(1);
    expect(await connection.prisma.outboxEvent.count({ where: { publishedAt: null } })).toBe(0);
  });

  it('streams an export to its end', async () => {
    const filler = 'x'.repeat(100);
    const data = Array.from({ length: EXPORTED }, () => {
      const email = `${unique('exported')}@example.com`;
      return { id: unique('exported'), email, emailCanonical: email, displayName: filler, searchText: email, userType: 'user', status: 'active' };
    });
    await connection.prisma.user.createMany({ data });
    await start();
    const outgoing = get(`${replica.url}/${BASE_PATH}/admin/users/export?search=exported-`, { headers: { authorization: `Bearer ${token}` } });
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    replica.signal('SIGTERM');
    await until(() => replica.readiness().catch(() => 'ended'), (status) => status === null || status === 'ended');
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    expect(answer.complete).toBe(true);
    expect(text.trimEnd().split('\r\n')).toHaveLength(EXPORTED + 1);
    expect((await replica.ended).code).toBe(0);
  });

  it('gives back what it works on, so that another goes on at once', async () => {
    await start();
    const rows = Array.from({ length: IMPORTED }, () => row());
    const sent = await post(`/${BASE_PATH}/admin/users/import?delivery=none`, csv(rows), 'text/csv');
    const { import_id: id } = (await sent.json()) as { import_id: string };
    const read = () => connection.prisma.import.findUniqueOrThrow({ where: { id } });
    await until(read, ({ created }) => created > 0);
    expect((await replica.stop()).code).toBe(0);
    expect(await read()).toMatchObject({ state: 'running', leaseId: null });
    expect((await read()).created).toBeLessThan(IMPORTED);
    const { prisma } = connection;
    const held = { where: { leaseId: { not: null } } };
    expect(await Promise.all([prisma.identityJob.count(held), prisma.mailJob.count(held), prisma.driftRun.count(held), prisma.import.count(held)])).toEqual([0, 0, 0, 0]);
    expect(await prisma.outboxEvent.count({ where: { publishedAt: null } })).toBe(0);
    const before = (await read()).created;
    await start();
    // A lease would have lasted 20 s.
    await until(read, ({ created }) => created > before, 10_000);
  });

  it('waits no longer than it may, and says what that cost', async () => {
    await start({ SHUTDOWN_TIMEOUT_MS: '300' });
    const endless = await OpenRequest.open(replica.url);
    endless.begin(CREATE, token, organisation(), 5);
    await sleep(200);
    expect(await replica.stop()).toEqual({ code: 1, output: expect.stringContaining('callers cut off: 1;') });
    expect(await endless.closed).toBe('');
  });

  it('ends at once when it is asked a second time, and not when npm repeats the first', async () => {
    await start({ SHUTDOWN_DELAY_MS: '60000' });
    replica.signal('SIGINT');
    replica.signal('SIGINT');
    await sleep(600);
    expect(replica.hasEnded).toBe(false);
    replica.signal('SIGINT');
    expect((await replica.ended).code).toBe(130);
  });
});
