import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuiltProgram } from './built-service.js';
import { dumpTables } from './database-dump.js';
import { MailDesk } from './mail-desk.js';
import { MailReceiver, RELAY_PASSWORD, RELAY_USER } from './mail-receiver.js';
import { ADMIN, People, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import { freePort, TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

/** Longer than the worker takes to look for work. */
const MEANWHILE_MS = 1_500;
const HOUR_MS = 3_600_000;

describe('the delivery of mails', () => {
  let database: TestDatabase;
  let app: TestApp;
  let receiver: MailReceiver;
  let desk: MailDesk;
  beforeAll(async () => {
    receiver = await MailReceiver.create();
    database = await createTestDatabase();
    app = await TestApp.start(receiver.environment, database);
    desk = new MailDesk(app, receiver);
  });
  afterAll(async () => {
    await app.stop();
    await database.drop();
    await receiver.stop();
  });
  beforeEach(() => {
    receiver.mails.length = 0;
  });
  afterEach(async () => {
    receiver.refusals.clear();
    receiver.holds.clear();
    await desk.clear();
  });

  it('waits while the relay is away, and then happens once', async () => {
    const { id, email } = await desk.newcomer();
    await receiver.stop();
    await desk.approve(id);
    await desk.jobOnce(id, ({ error }) => error === 'ESOCKET ECONNREFUSED');
    const second = await desk.newcomer();
    await desk.approve(second.id);
    await receiver.start();
    await desk.gone(id);
    await desk.gone(second.id);
    await sleep(MEANWHILE_MS);
    expect([receiver.to(email), receiver.to(second.email)].map((mails) => mails.length)).toEqual([1, 1]);
  });

  it('is repeated under the same Message-ID when the relay’s answer was lost', async () => {
    const { id, email } = await desk.newcomer();
    receiver.cuts.add(email);
    await desk.approve(id);
    const mails = await desk.arrived(email, 2);
    await desk.gone(id);
    expect(new Set(mails.map(({ headers }) => headers['message-id'])).size).toBe(1);
  });

  it('does not happen to those who were suspended, sent back to wait or erased meanwhile', async () => {
    const people = new People(app);
    const changes = [
      (id: string) => people.admin('PATCH', `admin/users/${id}`, { status: 'suspended' }),
      (id: string) => people.admin('POST', `admin/users/${id}/revoke`),
      (id: string) => people.admin('POST', `admin/users/${id}/erase`),
    ];
    await receiver.stop();
    const gotNone: Person[] = [];
    for (const change of changes) {
      const person = await desk.newcomer();
      await desk.approve(person.id);
      expect(await desk.job(person.id)).not.toBeNull();
      await change(person.id);
      gotNone.push(person);
    }
    await receiver.start();
    for (const { id } of gotNone) await desk.gone(id);
    expect(gotNone.flatMap(({ email }) => receiver.to(email))).toEqual([]);
  });

  it('goes on for others when the relay refuses some', async () => {
    const refused: Person[] = [];
    for (let count = 0; count < 8; count += 1) refused.push(await desk.newcomer());
    const taken = await desk.newcomer();
    for (const { email } of refused) receiver.refusals.set(email, { code: 550, message: `5.1.1 <${email}> nobody` });
    const ids = [...refused, taken].map(({ id }) => id);
    await app.as(ADMIN, 'POST', 'admin/users/bulk-approve', { user_ids: ids, role: 'user' });
    await desk.arrived(taken.email);
    const jobs = await prismaOf(app).mailJob.findMany({ where: { kind: 'approved', attempts: 1, error: 'EENVELOPE 550', state: 'due' } });
    expect(jobs).toHaveLength(8);
    // Asked again, but not soon.
    for (const { runAt } of jobs) expect(runAt.getTime() - Date.now()).toBeGreaterThan(HOUR_MS / 3);
  });

  it('keeps nothing personal in its table', async () => {
    const { id } = await desk.newcomer();
    await receiver.stop();
    await desk.approve(id);
    const job = await desk.jobOnce(id, ({ attempts }) => attempts > 0);
    await receiver.start();
    const { runAt: _runAt, createdAt: _createdAt, mailId, leaseId: _leaseId, leasedUntil: _leasedUntil, ...rest } = job!;
    expect(rest).toEqual({ kind: 'approved', userId: id, state: 'due', revision: 1, attempts: rest.attempts, error: 'ESOCKET ECONNREFUSED' });
    expect(mailId).toMatch(/^[0-9a-f-]{36}$/);
    expect(await dumpTables(app)).not.toContain(RELAY_PASSWORD);
  });

  it('ends before the service does', async () => {
    const { id, email } = await desk.newcomer();
    receiver.holds.set(email, sleep(1_500));
    await desk.approve(id);
    await until(() => receiver.begun, (begun) => begun.includes(email));
    await app.stop();
    expect(receiver.to(email)).toHaveLength(1);
    app = await TestApp.start(receiver.environment, database);
    desk = new MailDesk(app, receiver);
    expect(await desk.job(id)).toBeNull();
  });
});

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)('two replicas', () => {
  it('send each mail once', async () => {
    const receiver = await MailReceiver.create();
    const database = await createTestDatabase();
    const replicas = [await TestApp.start(receiver.environment, database), await TestApp.start(receiver.environment, database)];
    try {
      const [one] = replicas as [TestApp, TestApp];
      const ids: string[] = [];
      for (let count = 0; count < 12; count += 1) ids.push((await new MailDesk(one).newcomer()).id);
      // Long enough for the other replica to look for work meanwhile.
      receiver.takesMs = 600;
      await one.as(ADMIN, 'POST', 'admin/users/bulk-approve', { user_ids: ids, role: 'user' });
      await until(() => prismaOf(one).mailJob.count({ where: { kind: 'approved' } }), (due) => due === 0);
      await sleep(MEANWHILE_MS);
      expect(receiver.mails.filter(({ subject }) => subject === 'Your account is active')).toHaveLength(12);
      expect(new Set(receiver.mails.map(({ headers }) => headers['message-id'])).size).toBe(receiver.mails.length);
      expect(receiver.to(ADMIN)).toHaveLength(1);
    } finally {
      for (const replica of replicas) await replica.stop();
      await database.drop();
      await receiver.stop();
    }
  });
});

// What is killed is the process: one engine is enough.
(engine === 'postgresql' ? describe : describe.skip)('a service that was killed with mails to send', () => {
  let database: TestDatabase;
  let receiver: MailReceiver;
  beforeAll(async () => {
    database = await createTestDatabase();
    receiver = await MailReceiver.create(false);
  });
  afterAll(async () => {
    await receiver.stop();
    await database.drop();
  });

  it('has lost none, and has written neither the relay’s password nor an address into its log', async () => {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const start = async () => {
      const service = new BuiltProgram('main', database, { PORT: port, DEMO_DATA: 'true', LOG_LEVEL: 'debug', ...receiver.environment });
      await until(() => fetch(`${url}/health/ready`).then(({ ok }) => ok, () => false), Boolean, 60_000);
      return service;
    };
    const ask = async (email: string, path: string, json?: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const signedIn = await fetch(`${url}/mock-idp/dev-token`, { method: 'POST', headers, body: JSON.stringify({ email }) });
      const { access_token: token } = (await signedIn.json()) as { access_token: string };
      const body = json === undefined ? {} : { method: 'POST', body: JSON.stringify(json) };
      const answer = await fetch(`${url}/v1/user-management/${path}`, { ...body, headers: { ...headers, authorization: `Bearer ${token}` } });
      return (await answer.json()) as { id: string };
    };

    const email = `${unique('newcomer')}@example.com`;
    const first = await start();
    const { id } = await ask(email, 'users/me');
    await ask(ADMIN, 'admin/users/approve', { user_id: id, role: 'clinician' });
    await first.kill();
    await receiver.start();
    const second = await start();
    await until(() => [receiver.to(email), receiver.to(ADMIN)], (mails) => mails.every(({ length }) => length > 0), 40_000);
    await second.stop();

    expect(receiver.mails).toHaveLength(2);
    const log = first.output + second.output;
    expect(log).toContain('is sent');
    const encoded = [RELAY_PASSWORD, `\0${RELAY_USER}\0${RELAY_PASSWORD}`].map((secret) => Buffer.from(secret).toString('base64'));
    for (const secret of [RELAY_PASSWORD, encodeURIComponent(RELAY_PASSWORD), ...encoded, email, RELAY_USER]) expect(log).not.toContain(secret);
  }, 180_000);
});
