import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookLogRetention } from '../src/modules/webhooks/webhook-log-retention.js';
import { Config } from '../src/platform/config/config.js';
import { Database } from '../src/platform/database/database.js';
import { Prisma } from '../src/platform/database/generated/postgresql/client.js';
import { dumpTables } from './database-dump.js';
import { ADMIN, expectInvalid, expectRefused, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { brokenLinks, readRunbook } from './runbook.js';
import { freePort, TestApp } from './test-app.js';
import { marksOf, WebhookDesk } from './webhook-desk.js';
import { verify, WebhookReceiver, type Received } from './webhook-receiver.js';

const PATH = 'admin/webhooks';
const HOUR_MS = 3_600_000;
const SECRET = /^whsec_[A-Za-z0-9+/]{43}=$/;

let app: TestApp;
let desk: WebhookDesk;
let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.create();
  app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  desk = new WebhookDesk(app);
});
afterAll(async () => {
  await app.stop();
  await receiver.stop();
});
beforeEach(() => {
  receiver.requests.length = 0;
  receiver.answer = () => 204;
});

const call = (method: string, path: string, json?: unknown, headers?: Record<string, string>) => app.as(ADMIN, method, path, json, headers);
const newUrl = () => receiver.urlOf(unique('hook'));
const tagOf = (answer: { headers: Headers }) => ({ 'if-match': answer.headers.get('etag') ?? '' });

describe('the administration of webhooks', () => {
  it('makes one, shows, changes and removes it, and refuses a stale tag', async () => {
    const url = newUrl();
    const made = await call('POST', PATH, { url, types: ['users.updated', 'users.created', 'users.updated'], description: 'Ours' });
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(made.body).toMatchObject({ url, types: ['users.created', 'users.updated'], description: 'Ours', state: 'enabled', waiting: 0, attempts: 0 });
    const shown = await call('GET', `${PATH}/${id}`);
    expect({ ...shown.body, secret: made.body.secret }).toEqual(made.body);
    const changed = await call('PATCH', `${PATH}/${id}`, { types: [], description: '', enabled: false }, tagOf(shown));
    expect(changed.body).toMatchObject({ types: [], description: '', state: 'disabled', disabled_reason: 'administrator', disabled_at: expect.any(String) });
    expectRefused(await call('PATCH', `${PATH}/${id}`, { description: 'Late' }, tagOf(shown)), 'precondition.failed');
    expectRefused(await call('POST', `${PATH}/${id}/rotate-secret`, undefined, tagOf(shown)), 'precondition.failed');
    expectRefused(await call('DELETE', `${PATH}/${id}`, undefined, tagOf(shown)), 'precondition.failed');
    const again = await call('PATCH', `${PATH}/${id}`, { enabled: true }, tagOf(changed));
    expect(again.body).toMatchObject({ state: 'enabled', disabled_reason: null, disabled_at: null });
    // What changes nothing is no change.
    expect((await call('PATCH', `${PATH}/${id}`, { enabled: true, url }, tagOf(again))).headers.get('etag')).toBe(again.headers.get('etag'));
    expect((await call('DELETE', `${PATH}/${id}`, undefined, tagOf(again))).status).toBe(204);
    for (const [method, path] of [['GET', ''], ['GET', '/deliveries'], ['DELETE', ''], ['PATCH', ''], ['POST', '/rotate-secret'], ['POST', '/deliveries/x/redeliver']] as const) {
      expectRefused(await call(method, `${PATH}/${id}${path}`, method === 'PATCH' ? {} : undefined), 'webhook.not_found');
    }
  });

  it('lists them page by page, by their state', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await desk.subscribe(newUrl())).id);
    await desk.change(ids[1]!, { enabled: false });
    const { body: all } = await call('GET', `${PATH}?limit=100`);
    expect(all.items.map(({ id }: { id: string }) => id).filter((id: string) => ids.includes(id))).toEqual(ids);
    const { body: page } = await call('GET', `${PATH}?limit=1&offset=${all.total - 1}`);
    expect(page).toMatchObject({ items: [{ id: ids[2] }], total: all.total, limit: 1, offset: all.total - 1 });
    const { body: disabled } = await call('GET', `${PATH}?state=disabled`);
    expect(disabled.items.map(({ id }: { id: string }) => id)).toContain(ids[1]);
    expect(JSON.stringify(all)).not.toContain('whsec_');
    for (const id of ids) await call('DELETE', `${PATH}/${id}`);
  });

  it('refuses what is no address, or one nobody should reach, and names the field', async () => {
    for (const url of ['nowhere', 'ftp://127.0.0.1/', 'http://a:b@127.0.0.1/', 'http://169.254.169.254/', `http://x/${'y'.repeat(2000)}`]) {
      expectInvalid(await call('POST', PATH, { url }), 'url');
    }
    expectInvalid(await call('POST', PATH, { url: newUrl(), types: ['users.unheard_of'] }), 'types.0');
    const settings = app.nest.get(Config).webhooks;
    Object.assign(settings, { allowsPrivate: false });
    try {
      for (const url of ['http://hooks.example.com/', 'https://127.0.0.1/', 'https://[::ffff:10.0.0.1]/', 'https://[64:ff9b::a00:1]/', 'https://localhost/']) {
        expectInvalid(await call('POST', PATH, { url }), 'url');
      }
      const { id } = await desk.subscribe('https://hooks.example.com:8443/x', { types: ['users.erased'] });
      expectInvalid(await call('PATCH', `${PATH}/${id}`, { url: 'https://10.0.0.1/' }), 'url');
      await call('DELETE', `${PATH}/${id}`);
    } finally {
      Object.assign(settings, { allowsPrivate: true });
    }
  });

  it('says so where nothing can be signed', async () => {
    const { id } = await desk.subscribe(newUrl());
    const settings = app.nest.get(Config).webhooks;
    const { signingKey } = settings;
    Object.assign(settings, { signingKey: null });
    try {
      expectRefused(await call('POST', PATH, { url: newUrl() }), 'webhooks.not_configured');
      expectRefused(await call('POST', `${PATH}/${id}/rotate-secret`), 'webhooks.not_configured');
      expectRefused(await call('POST', `${PATH}/${id}/deliveries/x/redeliver`), 'webhooks.not_configured');
      expect((await call('GET', `${PATH}/${id}`)).status).toBe(200);
    } finally {
      Object.assign(settings, { signingKey });
      await call('DELETE', `${PATH}/${id}`);
    }
  });
});

describe('the signature', () => {
  const receiveOne = async (path: string): Promise<Received> => {
    const [mark] = await desk.happen(1);
    return until(() => receiver.at(path).find(({ event }) => (event.payload as { mark?: number }).mark === mark), Boolean) as Promise<Received>;
  };

  it('is taken by the published library, which refuses another secret, another body and an old one', async () => {
    const { id, secret } = await desk.subscribe(receiver.urlOf('signed'));
    expect(secret).toMatch(SECRET);
    const other = await desk.subscribe(receiver.urlOf('other'), { types: ['users.erased'] });
    const received = await receiveOne('signed');
    expect(verify(secret, received)).toEqual(received.event);
    expect(received.headers).toMatchObject({ 'webhook-id': received.event.id, 'content-type': 'application/json' });
    expect(() => verify(other.secret, received)).toThrow('No matching signature found');
    expect(() => verify(secret, { ...received, body: received.body.replace('{', '{ ') })).toThrow('No matching signature found');
    const withHeader = (name: string, value: string) => ({ ...received, headers: { ...received.headers, [name]: value } });
    expect(() => verify(secret, withHeader('webhook-id', 'another'))).toThrow('No matching signature found');
    const old = Number(received.headers['webhook-timestamp']) - 301;
    expect(() => verify(secret, withHeader('webhook-timestamp', String(old)))).toThrow('Message timestamp too old');
    for (const each of [id, other.id]) await call('DELETE', `${PATH}/${each}`);
  });

  it('is made by the old secret and by the new one for 24 hours after a rotation, then by the new one alone', async () => {
    const { id, secret } = await desk.subscribe(receiver.urlOf('rotated'));
    const { body, headers } = await call('POST', `${PATH}/${id}/rotate-secret`);
    expect(body.secret).toMatch(SECRET);
    expect(body.secret).not.toBe(secret);
    expect(headers.get('etag')).toBe('"2"');
    const meanwhile = await receiveOne('rotated');
    expect(meanwhile.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const each of [secret, body.secret]) expect(verify(each, meanwhile)).toEqual(meanwhile.event);
    const database = app.nest.get(Database);
    await database.client.$executeRaw(Prisma.sql`UPDATE webhooks SET rotated_at = ${database.later(-24 * HOUR_MS - 1000)} WHERE id = ${id}`);
    const after = await receiveOne('rotated');
    expect(verify(body.secret, after)).toEqual(after.event);
    expect(() => verify(secret, after)).toThrow('No matching signature found');
    await call('DELETE', `${PATH}/${id}`);
  });

  it('comes from a secret that is in one answer, and in no table, event, audit entry or repeated answer', async () => {
    const key = { 'idempotency-key': unique('key') };
    const url = newUrl();
    const first = await call('POST', PATH, { url }, key);
    const again = await call('POST', PATH, { url }, key);
    expect([again.status, again.headers.get('idempotency-replayed'), again.body.id]).toEqual([201, 'true', first.body.id]);
    const rotateKey = { 'idempotency-key': unique('key') };
    const rotated = await call('POST', `${PATH}/${first.body.id}/rotate-secret`, undefined, rotateKey);
    const rotatedAgain = await call('POST', `${PATH}/${first.body.id}/rotate-secret`, undefined, rotateKey);
    await desk.happen(1);
    await until(() => receiver.requests.length, (count) => count > 0);
    const everything = [await dumpTables(app), again.text, rotatedAgain.text, (await call('GET', `${PATH}/${first.body.id}`)).text].join('\n');
    expect(everything).toContain(first.body.id);
    for (const { body } of [first, rotated]) {
      const secret = String(body.secret);
      expect(secret).toMatch(SECRET);
      const raw = Buffer.from(secret.slice('whsec_'.length), 'base64');
      for (const form of [secret, secret.slice('whsec_'.length), raw.toString('hex'), raw.toString('latin1')]) expect(everything).not.toContain(form);
    }
    expect(again.body.secret).toBeUndefined();
    expect(rotatedAgain.body.secret).toBeUndefined();
    await call('DELETE', `${PATH}/${first.body.id}`);
  });
});

describe('the receiver in the runbook', () => {
  it('takes what is genuine, once, and refuses everything else', async () => {
    const [, program = ''] = /```js\n([^]*?)```/.exec(readRunbook('webhooks').text) ?? [];
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const { id, secret } = await desk.subscribe(url, { types: ['users.erased'] });
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const env = { PATH: process.env.PATH, PORT: String(port), WEBHOOK_SECRET: secret };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: root, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    try {
      await until(() => fetch(url).then(({ status }) => status, () => 0), (status) => status === 401);
      await desk.happen(1, 'users.erased');
      const delivery = await desk.deliveryOnce(id, () => true);
      expect(delivery).toMatchObject({ state: 'delivered', status: 204 });
      await call('POST', `${PATH}/${id}/deliveries/${delivery.event_id}/redeliver`);
      await desk.deliveryOnce(id, ({ redelivery }) => redelivery?.state === 'delivered');
      expect(output).toBe('users.erased of null\n');
      const stolen = { 'webhook-id': delivery.event_id, 'webhook-timestamp': String(Math.floor(Date.now() / 1000)), 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` };
      expect((await fetch(url, { method: 'POST', body: '{}', headers: stolen })).status).toBe(401);
    } finally {
      child.kill();
      await call('DELETE', `${PATH}/${id}`);
    }
  });

  it('stands on a page whose links lead somewhere', () => {
    expect(brokenLinks(readRunbook('webhooks').text).filter((link) => !link.startsWith('https://'))).toEqual([]);
  });
});

describe('a webhook', () => {
  it('gets events from then on, each as it travels elsewhere, and of its types alone', async () => {
    await desk.happen(3);
    await desk.numbered();
    const all = await desk.subscribe(receiver.urlOf('all'));
    const some = await desk.subscribe(receiver.urlOf('some'), { types: ['users.erased'] });
    const marks = [...(await desk.happen(2)), ...(await desk.happen(1, 'users.erased')), ...(await desk.happen(2))];
    const got = await until(() => receiver.taken('all'), ({ length }) => length >= 5);
    expect(marksOf(got)).toEqual(marks);
    const rows = await prismaOf(app).outboxEvent.findMany({ where: { id: { in: got.map(({ id }) => id) } }, orderBy: { sequence: 'asc' } });
    expect(got.map(({ sequence, occurred_at: at }) => [sequence, at])).toEqual(rows.map(({ sequence, occurredAt }) => [Number(sequence), occurredAt.toISOString()]));
    const newest = await prismaOf(app).outboxEvent.aggregate({ _max: { sequence: true } });
    await desk.viewOnce(some.id, ({ position }) => position === Number(newest._max.sequence));
    expect(marksOf(receiver.taken('some'))).toEqual([marks[2]]);
    for (const { id } of [all, some]) await call('DELETE', `${PATH}/${id}`);
  });

  it('passes by thousands of events of other types in a few statements', async () => {
    const { id } = await desk.subscribe(receiver.urlOf('rare'), { types: ['users.erased'] });
    const client = prismaOf(app);
    const { position } = await desk.view(id);
    await desk.change(id, { enabled: false });
    // More than are searched at once.
    const COUNT = 12_000;
    const occurredAt = new Date();
    const row = (index: number) => ({
      ...{ id: unique('bulk'), sequence: BigInt(position + 1 + index), type: 'users.updated', payload: '{}', actorType: 'system', actorId: 'test' },
      ...{ occurredAt, publishedAt: occurredAt },
    });
    for (let from = 0; from < COUNT; from += 3_000) await client.outboxEvent.createMany({ data: Array.from({ length: 3_000 }, (_, index) => row(from + index)) });
    await client.relayState.updateMany({ data: { sequence: position + COUNT } });
    const [mark] = await desk.happen(1, 'users.erased');
    const startedAt = performance.now();
    await desk.change(id, { enabled: true });
    await until(() => marksOf(receiver.taken('rare')), (marks) => marks.includes(mark!));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await call('DELETE', `${PATH}/${id}`);
  });
});

describe('the log', () => {
  it('is paged from the newest event on, and forgets what is old or of webhooks that are gone', async () => {
    const { id } = await desk.subscribe(receiver.urlOf('kept'));
    const gone = await desk.subscribe(receiver.urlOf('gone'));
    await desk.happen(5);
    for (const each of [id, gone.id]) await desk.viewOnce(each, ({ waiting }) => waiting === 0);
    const sequences: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await app.as(ADMIN, 'GET', `admin/webhooks/${id}/deliveries?limit=2${cursor && `&cursor=${cursor}`}`);
      sequences.push(...body.items.map(({ sequence }: { sequence: number }) => sequence));
      cursor = body.next_cursor;
    }
    expect(sequences).toHaveLength(5);
    expect(sequences).toEqual([...sequences].sort((one, other) => other - one));
    const old = app.nest.get(Database).later(-31 * 24 * HOUR_MS);
    const client = prismaOf(app);
    await client.$executeRaw(Prisma.sql`UPDATE webhook_deliveries SET last_attempt_at = ${old} WHERE webhook_id = ${id} AND sequence < ${sequences[1]}`);
    await app.as(ADMIN, 'DELETE', `admin/webhooks/${gone.id}`);
    app.nest.get(WebhookLogRetention).onApplicationBootstrap();
    await until(() => client.webhookDelivery.count({ where: { webhookId: gone.id } }), (count) => count === 0);
    expect((await desk.deliveries(id)).map(({ sequence }: { sequence: number }) => sequence)).toEqual(sequences.slice(0, 2));
  });

  it('tells how many webhooks fail', async () => {
    receiver.answer = () => 500;
    await prismaOf(app).webhook.deleteMany();
    const { id } = await desk.subscribe(receiver.urlOf('failing'));
    await desk.subscribe(receiver.urlOf('well'), { types: ['users.erased'] });
    await desk.happen(1);
    await desk.viewOnce(id, ({ error }) => error === 'status_500');
    const { text } = await app.request('GET', '/metrics');
    expect(text).toContain('webhooks{state="enabled"} 1\n');
    expect(text).toContain('webhooks{state="failing"} 1\n');
    expect(text).toContain('webhooks{state="disabled"} 0\n');
  });
});

