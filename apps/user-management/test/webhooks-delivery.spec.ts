import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HostResolver } from '../src/modules/webhooks/host-resolver.js';
import { Config } from '../src/platform/config/config.js';
import { Database } from '../src/platform/database/database.js';
import { Prisma } from '../src/platform/database/generated/postgresql/client.js';
import { Trail } from './audit-trail.js';
import { ADMIN, expectRefused, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { marksOf, WebhookDesk, type Subscription } from './webhook-desk.js';
import { WebhookReceiver } from './webhook-receiver.js';

const HOUR_MS = 3_600_000;
/** Of a receiver that is away for an hour. */
const FAILURES = 6;
const DAY_MS = 24 * HOUR_MS;

let app: TestApp;
let desk: WebhookDesk;
let receiver: WebhookReceiver;
/** Of this test alone. */
let path: string;
/** Its receiver never answers, while everything else here goes on. */
let slow: Subscription;
let silent: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.create();
  app = await TestApp.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  desk = new WebhookDesk(app);
  await desk.numbered();
  silent = await WebhookReceiver.create();
  silent.answer = () => null;
  slow = await desk.subscribe(silent.urlOf('slow'), { types: ['users.erased'] });
  await desk.happen(1, 'users.erased');
});
afterAll(async () => {
  await app.stop();
  await receiver.stop();
  await silent.stop();
});
beforeEach(() => {
  path = unique('hook');
});
afterEach(async () => {
  receiver.answer = () => 204;
  await receiver.start();
  await prismaOf(app).webhook.deleteMany({ where: { id: { not: slow.id } } });
});

const subscribe = (more?: object) => desk.subscribe(receiver.urlOf(path), more);
const redeliver = (id: string, eventId: string) => app.as(ADMIN, 'POST', `admin/webhooks/${id}/deliveries/${eventId}/redeliver`);
const failed = (error: string, attempts = 1) => (view: { error: string | null; attempts: number }) => view.error === error && view.attempts >= attempts;

describe('a receiver that is away', () => {
  it('for an hour gets everything afterwards, in order, and nothing that it has taken again', async () => {
    const { id } = await subscribe();
    const before = await desk.happen(2);
    await until(() => receiver.taken(path), ({ length }) => length === 2);
    await receiver.stop();
    const marks = await desk.happen(3);
    for (let attempts = 1; attempts <= FAILURES; attempts += 1) {
      const view = await desk.viewOnce(id, failed('refused', attempts));
      const waitMs = Date.parse(view.next_attempt_at) - Date.now();
      // 5 s, 10 s … with jitter; some time has gone since.
      expect(waitMs).toBeLessThan(5_000 * 2 ** (attempts - 1) + 1_000);
      expect(waitMs).toBeGreaterThan(2_500 * 2 ** (attempts - 1) - 5_000);
      if (attempts < FAILURES) await desk.pass(id, HOUR_MS / (FAILURES - 1));
    }
    const [first, ...others] = await desk.deliveries(id);
    expect(first).toMatchObject({ state: 'failing', attempts: FAILURES, status: null, error: 'refused' });
    expect(others.map(({ state }: { state: string }) => state)).toEqual(['delivered', 'delivered']);
    await receiver.start();
    marks.push(...(await desk.happen(2)));
    await desk.pass(id, 0);
    await until(() => receiver.taken(path), ({ length }) => length >= 7);
    await desk.viewOnce(id, ({ waiting, error, failing_since: since }) => waiting === 0 && error === null && since === null);
    expect(marksOf(receiver.taken(path))).toEqual([...before, ...marks]);
    expect((await desk.deliveries(id, '?state=delivered')).map(({ attempts }: { attempts: number }) => attempts)).toEqual([1, 1, 1, 1, FAILURES + 1, 1, 1]);
  });

  it('or in trouble for three days is left alone: with an event, an audit entry, and nothing lost', async () => {
    receiver.answer = ({ headers }) => (headers['path'] === `/${path}` ? 500 : 204);
    const { id } = await subscribe({ types: ['users.updated'] });
    const watcher = await desk.subscribe(receiver.urlOf(`${path}-watcher`), { types: ['webhooks.disabled'] });
    const marks = await desk.happen(2);
    await desk.viewOnce(id, failed('status_500'));
    await desk.pass(id, 3 * DAY_MS - 60_000);
    expect((await desk.viewOnce(id, failed('status_500', 2))).state).toBe('enabled');
    const entries = await new Trail(app).during(async () => {
      await desk.pass(id, 120_000);
      await desk.viewOnce(id, ({ state }) => state === 'disabled');
    });
    const [told] = await until(() => receiver.taken(`${path}-watcher`), ({ length }) => length === 1);
    const payload = { webhook_id: id, reason: 'failing' };
    expect(told).toMatchObject({ type: 'webhooks.disabled', user_id: null, actor: { type: 'system', id: 'user-management' }, payload });
    expect(entries).toEqual([
      expect.objectContaining({
        action: 'WEBHOOK_DISABLED',
        target: { type: 'webhook', id },
        actor: { type: 'system', id: 'user-management' },
        after: { state: 'disabled', disabled_reason: 'failing' },
      }),
    ]);
    expect(await desk.view(id)).toMatchObject({ disabled_reason: 'failing', disabled_at: expect.any(String), error: 'status_500', attempts: 3, next_attempt_at: null });
    expect(await desk.deliveries(id)).toMatchObject([{ state: 'failed', attempts: 3, status: 500, error: 'status_500' }]);
    receiver.answer = () => 204;
    await desk.change(id, { enabled: true });
    await until(() => marksOf(receiver.taken(path)), ({ length }) => length === 2);
    expect(marksOf(receiver.taken(path))).toEqual(marks);
    expect(watcher.id).not.toBe(id);
  });

  it('for good, with 410, is left alone at once; enabled again it may go on with what is new', async () => {
    receiver.answer = () => 410;
    const { id } = await subscribe();
    await desk.happen(1);
    expect(await desk.viewOnce(id, ({ state }) => state === 'disabled')).toMatchObject({ disabled_reason: 'gone', error: 'status_410' });
    receiver.answer = () => 204;
    await desk.happen(2);
    await desk.numbered();
    expect((await desk.view(id)).waiting).toBeGreaterThanOrEqual(3);
    expect(await desk.change(id, { enabled: true, skip_missed: true })).toMatchObject({ state: 'enabled', waiting: 0, attempts: 0 });
    const marks = await desk.happen(1);
    await until(() => receiver.taken(path), ({ length }) => length > 0);
    expect(marksOf(receiver.taken(path))).toEqual(marks);
  });

  it('for longer than events are kept goes on with the oldest one, and the log says what it missed', async () => {
    const { id } = await subscribe();
    await desk.change(id, { enabled: false });
    const marks = await desk.happen(5);
    await desk.numbered();
    const { position } = await desk.view(id);
    await prismaOf(app).outboxEvent.deleteMany({ where: { sequence: { lte: position + 3 } } });
    await desk.change(id, { enabled: true });
    await until(() => receiver.taken(path), ({ length }) => length >= 2);
    expect(marksOf(receiver.taken(path))).toEqual(marks.slice(3));
    expect(await desk.deliveries(id, '?state=missed')).toMatchObject([{ sequence: position + 3, missed_events: 3, event_id: null, attempts: 0 }]);
  });
});

describe('an attempt', () => {
  it('is not sent again because somebody changed the webhook meanwhile, and what they changed counts for the next', async () => {
    let goOn: (() => void) | undefined;
    const hold = () =>
      new Promise<void>((arrived) => {
        const held = new Promise<void>((resolve) => { goOn = resolve; });
        receiver.answer = async () => {
          arrived();
          await held;
          return 204;
        };
      });
    const { id } = await subscribe();
    let begun = hold();
    const marks = await desk.happen(2);
    await begun;
    await desk.change(id, { description: 'Changed', url: receiver.urlOf(`${path}-moved`) });
    goOn?.();
    await desk.viewOnce(id, ({ waiting }) => waiting === 0);
    expect([marksOf(receiver.taken(path)), marksOf(receiver.taken(`${path}-moved`))]).toEqual([[marks[0]], [marks[1]]]);
    // Moved on or disabled while one is on its way.
    begun = hold();
    await desk.happen(3);
    await begun;
    await desk.change(id, { skip_missed: true });
    goOn?.();
    receiver.answer = () => 204;
    const next = await desk.happen(1);
    await desk.viewOnce(id, ({ waiting }) => waiting === 0);
    expect(marksOf(receiver.taken(`${path}-moved`)).slice(2)).toEqual(next);
    begun = hold();
    const last = await desk.happen(2);
    await begun;
    await desk.change(id, { enabled: false });
    goOn?.();
    expect(await desk.viewOnce(id, ({ waiting }) => waiting === 1)).toMatchObject({ state: 'disabled', disabled_reason: 'administrator' });
    expect(marksOf(receiver.taken(`${path}-moved`)).slice(3)).toEqual(last.slice(0, 1));
    expect(await desk.deliveries(id)).toHaveLength(5);
  });

  it('follows no redirect', async () => {
    receiver.answer = ({ headers }, response) => {
      response.setHeader('location', receiver.urlOf(`${path}-elsewhere`));
      return headers['path'] === `/${path}` ? 307 : 204;
    };
    const { id } = await subscribe();
    await desk.happen(1);
    await desk.viewOnce(id, failed('status_307'));
    expect(receiver.at(`${path}-elsewhere`)).toEqual([]);
  });

  it('reads little of what a receiver writes, and keeps nothing of it', async () => {
    let written = 0;
    receiver.answer = (_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024, 'chatter ');
      const write = () => { while (!response.destroyed && written < 200_000_000) { written += chunk.length; if (!response.write(chunk)) { response.once('drain', write); return; } } };
      write();
      return null;
    };
    const { id } = await subscribe();
    await desk.happen(2);
    await desk.viewOnce(id, ({ waiting }) => waiting === 0);
    expect(written).toBeLessThan(50_000_000);
    expect(await desk.deliveries(id)).toMatchObject([{ state: 'delivered', status: 200 }, { state: 'delivered', status: 200 }]);
  });

  it('goes to the address that was checked: a name that leads inside later leads nowhere', async () => {
    const settings = app.nest.get(Config).webhooks;
    const resolve = jest.spyOn(app.nest.get(HostResolver), 'resolve');
    const port = new URL(receiver.urlOf('')).port;
    const url = `http://hooks.example.com:${port}/${path}`;
    try {
      const { id } = await desk.subscribe(url);
      resolve.mockImplementation(() => Promise.resolve([{ address: '127.0.0.1', family: 4 }]));
      await desk.happen(1);
      await until(() => receiver.taken(path), ({ length }) => length === 1);
      // From here on private addresses are refused, as they are unless somebody allows them.
      Object.assign(settings, { allowsPrivate: false });
      for (const addresses of [['127.0.0.1'], ['10.0.0.1'], ['::ffff:127.0.0.1'], ['93.184.216.34', '127.0.0.1'], []]) {
        resolve.mockImplementation(() => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))));
        const { attempts } = await desk.view(id);
        if (attempts === 0) await desk.happen(1);
        else await desk.pass(id, 0);
        await desk.viewOnce(id, failed('private_address', attempts + 1));
      }
      resolve.mockImplementation(() => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })));
      await desk.pass(id, 0);
      await desk.viewOnce(id, failed('dns'));
      expect(receiver.at(path)).toHaveLength(1);
      expect(receiver.at(path)[0]!.headers['host']).toBe(`hooks.example.com:${port}`);
    } finally {
      Object.assign(settings, { allowsPrivate: true });
      resolve.mockRestore();
    }
  });
});

describe('a redelivery', () => {
  it('sends one event once more at once, out of order, and is counted apart', async () => {
    const { id } = await subscribe();
    const marks = await desk.happen(3);
    const [first] = await until(() => receiver.taken(path), ({ length }) => length === 3);
    await desk.viewOnce(id, ({ waiting }) => waiting === 0);
    const asked = await redeliver(id, first!.id);
    expect([asked.status, asked.body.redelivery]).toEqual([202, { state: 'waiting', attempts: 0, status: null, error: null, last_attempt_at: null }]);
    await until(() => receiver.taken(path), ({ length }) => length === 4);
    expect(marksOf(receiver.taken(path))).toEqual([...marks, marks[0]]);
    expect(receiver.at(path)[3]!.headers['webhook-id']).toBe(first!.id);
    receiver.answer = () => 503;
    const delivery = await until(async () => (await desk.deliveries(id)).at(-1), ({ redelivery }) => redelivery?.state === 'delivered');
    expect(delivery).toMatchObject({ event_id: first!.id, state: 'delivered', attempts: 1, redelivery: { attempts: 1, status: 204, error: null } });
    // Also where the receiver is not to get anything else.
    await desk.change(id, { enabled: false });
    await redeliver(id, first!.id);
    const again = await until(async () => (await desk.deliveries(id)).at(-1), ({ redelivery }) => redelivery?.state === 'failed');
    expect(again).toMatchObject({ state: 'delivered', attempts: 1, redelivery: { attempts: 2, status: 503, error: 'status_503' } });
  });

  it('that gets through ends the wait of all the others', async () => {
    receiver.answer = () => 503;
    const { id } = await subscribe();
    const marks = await desk.happen(2);
    await desk.viewOnce(id, failed('status_503'));
    await app.nest.get(Database).client.$executeRaw(Prisma.sql`UPDATE webhooks SET run_at = ${app.nest.get(Database).later(HOUR_MS)} WHERE id = ${id}`);
    receiver.answer = () => 204;
    const [{ event_id: eventId }] = await desk.deliveries(id);
    await redeliver(id, eventId);
    await desk.viewOnce(id, ({ waiting }) => waiting === 0);
    expect(marksOf(receiver.taken(path))).toEqual([marks[0], ...marks]);
  });

  it('is of a delivery of this webhook whose event is kept, and of no other', async () => {
    const { id } = await subscribe();
    const other = await desk.subscribe(receiver.urlOf(`${path}-other`), { types: ['users.erased'] });
    await desk.happen(1);
    const [event] = await until(() => receiver.taken(path), ({ length }) => length === 1);
    await desk.viewOnce(id, ({ waiting }) => waiting === 0);
    expectRefused(await redeliver(other.id, event!.id), 'webhook.delivery_not_found');
    expectRefused(await redeliver(id, 'nobody'), 'webhook.delivery_not_found');
    await prismaOf(app).outboxEvent.deleteMany({ where: { id: event!.id } });
    expectRefused(await redeliver(id, event!.id), 'webhook.delivery_not_found');
  });
});

describe('an attempt that hangs', () => {
  it('ends after 10 seconds, and has held up no other webhook', async () => {
    const delivery = await desk.deliveryOnce(slow.id, ({ error }) => error === 'timeout');
    expect(delivery).toMatchObject({ state: 'failing', status: null });
    const since = new Date(delivery.first_attempt_at);
    expect(delivery.duration_ms).toBeGreaterThanOrEqual(9_900);
    expect(delivery.duration_ms).toBeLessThan(15_000);
    const others = await prismaOf(app).webhookDelivery.count({ where: { webhookId: { not: slow.id }, state: 'delivered', lastAttemptAt: { lt: since } } });
    expect(others).toBeGreaterThan(10);
  });
});
