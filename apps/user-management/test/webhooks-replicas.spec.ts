import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { BuiltProgram } from './built-service.js';
import { readEverything } from './dump.js';
import { ADMIN, prismaOf } from './people.js';
import { until } from './poll.js';
import { freePort, TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';
import { marksOf, WebhookDesk } from './webhook-desk.js';
import { verify, WebhookReceiver } from './webhook-receiver.js';

const KEY = Buffer.from('a key of this suite and of nobody else').toString('base64');
const SETTINGS = { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SIGNING_KEY: KEY };

let database: TestDatabase;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.create();
  database = await createTestDatabase();
});
afterAll(async () => {
  await receiver.stop();
  await database.drop();
});

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)('two replicas', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await TestApp.start(SETTINGS, database);
    second = await TestApp.start(SETTINGS, database);
    await new WebhookDesk(second).numbered();
  });
  afterAll(async () => {
    await prismaOf(second).webhook.deleteMany();
    await second.stop();
  });

  it('send each event of a webhook once, in order and never two at once, whoever recorded it', async () => {
    const desks = [first, second].map((replica) => new WebhookDesk(replica));
    // Long enough for the other replica to look for work meanwhile.
    receiver.answer = async ({ event }) => {
      await sleep(event.sequence % 5 === 0 ? 300 : 20);
      return 204;
    };
    const { secret } = await desks[0]!.subscribe(receiver.urlOf('one'));
    await desks[1]!.subscribe(receiver.urlOf('other'));
    const marks: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      marks.push(...(await desks[round % 2]!.happen(4)));
      await sleep(150);
    }
    const rows = await prismaOf(second).outboxEvent.findMany({ where: { type: 'users.updated' }, orderBy: { sequence: 'asc' } });
    const inOrder = marksOf(rows.map(({ payload }) => ({ payload: JSON.parse(payload) as Record<string, unknown> })));
    expect(new Set(inOrder)).toEqual(new Set(marks));
    for (const path of ['one', 'other']) {
      await until(() => receiver.taken(path), ({ length }) => length >= marks.length);
      expect(marksOf(receiver.taken(path))).toEqual(inOrder);
      expect(receiver.mostAtOnce.get(`/${path}`)).toBe(1);
    }
    for (const received of receiver.at('one')) verify(secret, received);
  });

  it('take over from one that stops: what is on its way is sent to its end, and the next goes on at once', async () => {
    const desk = new WebhookDesk(second);
    receiver.answer = async () => {
      await sleep(200);
      return 204;
    };
    await desk.subscribe(receiver.urlOf('handed-over'));
    const marks = await new WebhookDesk(first).happen(10);
    await until(() => receiver.at('handed-over'), ({ length }) => length > 0);
    await first.stop();
    await until(() => receiver.taken('handed-over'), ({ length }) => length >= marks.length);
    expect(marksOf(receiver.taken('handed-over'))).toEqual(marks);
  });
});

// What is killed is the process: one engine is enough.
(engine === 'postgresql' ? describe : describe.skip)('a service that was killed while it sent', () => {
  it('sends the event again under the same id, and has written no secret anywhere', async () => {
    const port = String(await freePort());
    const base = `http://127.0.0.1:${port}`;
    const start = async () => {
      const service = new BuiltProgram('main', database, { PORT: port, DEMO_DATA: 'true', LOG_LEVEL: 'debug', ...SETTINGS });
      await until(() => fetch(`${base}/health/ready`).then(({ ok }) => ok, () => false), Boolean, 60_000);
      return service;
    };
    const ask = async (method: string, path: string, json: object) => {
      const headers = { 'content-type': 'application/json' };
      const signedIn = await fetch(`${base}/mock-idp/dev-token`, { method: 'POST', headers, body: JSON.stringify({ email: ADMIN }) });
      const { access_token: token } = (await signedIn.json()) as { access_token: string };
      const answer = await fetch(`${base}/v1/user-management/${path}`, { method, body: JSON.stringify(json), headers: { ...headers, authorization: `Bearer ${token}` } });
      return (await answer.json()) as Record<string, string>;
    };

    receiver.answer = () => null;
    const first = await start();
    await sleep(1_000);
    const { id, secret } = await ask('POST', 'admin/webhooks', { url: receiver.urlOf('killed'), types: ['users.updated'] });
    await ask('PATCH', 'users/me', { phone: '+44 1' });
    await ask('PATCH', 'users/me', { phone: '+44 2' });
    await until(() => receiver.at('killed'), ({ length }) => length === 1);
    await first.kill();
    receiver.answer = () => 204;
    const connection = await database.open();
    // As if the half minute of its lease were over.
    await connection.prisma.webhook.updateMany({ data: { leasedUntil: new Date(0) } });
    const second = await start();
    await until(() => receiver.taken('killed'), ({ length }) => length === 2, 40_000);
    const [unanswered, again, next] = receiver.at('killed');
    expect(again!.headers['webhook-id']).toBe(unanswered!.headers['webhook-id']);
    expect(again!.body).toBe(unanswered!.body);
    expect(next!.event.sequence).toBeGreaterThan(again!.event.sequence);
    for (const received of [unanswered!, again!, next!]) verify(secret!, received);
    await until(() => connection.prisma.webhookDelivery.count({ where: { webhookId: id!, state: 'delivered' } }), (count) => count === 2);

    const { output } = await second.stop();
    const everything = [await readEverything(connection), first.output, output].join('\n');
    await connection.close();
    expect(everything).toContain(id);
    const bare = secret!.slice('whsec_'.length);
    for (const hidden of [secret!, bare, Buffer.from(bare, 'base64').toString('hex'), KEY, Buffer.from(KEY, 'base64').toString()]) expect(everything).not.toContain(hidden);
  }, 150_000);
});
