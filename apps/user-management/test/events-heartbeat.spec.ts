import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Heartbeat } from '@sa-platform/contracts';
import { EventPublisher } from '../src/modules/events/event-publisher.js';
import { InProcessPublisher } from '../src/modules/events/in-process.publisher.js';
import { OutboxRepository } from '../src/modules/events/outbox.repository.js';
import { Database } from '../src/platform/database/database.js';
import { Gate } from './gate.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { engine } from './test-database.js';

const ADMIN = 'admin@example.com';
const SECOND_MS = 1_000;
/** PGlite has one connection: whoever holds a lock there holds up everything else. */
const onServers = engine === 'pglite' ? it.skip : it;

/** Counts heartbeats, and how often one was due: both go on as they would. */
class Pulse {
  readonly beats: Heartbeat[] = [];
  private readonly due: jest.SpiedFunction<OutboxRepository['lastPosition']>;
  private readonly asked: jest.SpiedFunction<OutboxRepository['hasUnpublished']>;

  constructor(app: TestApp) {
    const publisher = app.nest.get(EventPublisher);
    const beat = publisher.beat.bind(publisher);
    jest.spyOn(publisher, 'beat').mockImplementation((heartbeat) => {
      this.beats.push(heartbeat);
      return beat(heartbeat);
    });
    this.due = jest.spyOn(app.nest.get(OutboxRepository), 'lastPosition');
    this.asked = jest.spyOn(app.nest.get(OutboxRepository), 'hasUnpublished');
  }

  /** Up to which place in the outbox nothing may wait. */
  get askedUpTo(): bigint {
    return this.asked.mock.calls.findLast(([position]) => position !== null)?.[0] ?? 0n;
  }

  /** How many of the next heartbeats that are due are sent. */
  async sentOf(count: number): Promise<number> {
    const [dueBefore, sentBefore] = [this.due.mock.calls.length, this.beats.length];
    await until(() => this.due.mock.calls.length - dueBefore, (due) => due >= count);
    return this.beats.length - sentBefore;
  }
}

describe('the heartbeat', () => {
  let app: TestApp;
  let pulse: Pulse;
  beforeAll(async () => {
    app = await TestApp.start();
    pulse = new Pulse(app);
  });
  afterAll(() => app.stop());
  afterEach(async () => {
    // The next test begins with a beating heart.
    await until(() => pulse.sentOf(1), (sent) => sent > 0);
  });

  let counter = 0;
  async function change(): Promise<void> {
    counter += 1;
    const id = await app.idOf('biller@example.com');
    expect((await app.as(ADMIN, 'PATCH', `admin/users/${id}`, { phone: `+49 30 ${counter}` })).status).toBe(200);
  }
  const newest = () => app.nest.get(OutboxRepository).lastSequence();

  it('is sent while events are published at once, with the newest number', async () => {
    await change();
    expect(await pulse.sentOf(3)).toBeGreaterThan(0);
    expect(pulse.beats.at(-1)!.sequence).toBe(await newest());
  });

  it('is withheld while the broker does not take an event, and comes back with it', async () => {
    let isRefusing = true;
    const stop = app.nest.get<InProcessPublisher>(EventPublisher).onEvent(() => {
      if (isRefusing) throw new Error('refused');
    });
    await change();
    // The one that is under way, and the first that sees the event.
    await pulse.sentOf(2);
    expect(await pulse.sentOf(3)).toBe(0);
    isRefusing = false;
    const waited = await newest();
    await until(() => pulse.sentOf(1), (sent) => sent > 0);
    expect(pulse.beats.at(-1)!.sequence).toBeGreaterThanOrEqual(waited);
    stop();
  });

  it('is not withheld by events that came since the last one: they may wait a moment', async () => {
    const isChanging = { value: true };
    const changing = (async () => {
      while (isChanging.value) await change();
    })();
    expect(await pulse.sentOf(4)).toBeGreaterThan(0);
    const end = await app.nest.get(OutboxRepository).lastPosition();
    expect(pulse.askedUpTo).toBeGreaterThan(0n);
    expect(pulse.askedUpTo).toBeLessThan(end);
    isChanging.value = false;
    await changing;
  });

  onServers('is withheld while events wait for the relay, by every replica, one that just started included', async () => {
    const database = app.nest.get(Database);
    const release = new Gate();
    const locked = new Gate();
    const holding = database.transaction(async () => {
      // A session that stands still is ended: this one keeps asking.
      do {
        await app.nest.get(OutboxRepository).lockState();
        locked.open();
      } while (await Promise.race([release.opened.then(() => false), sleep(SECOND_MS, true)]));
    });
    await locked.opened;
    await change();
    const replica = await TestApp.start({}, app.database);
    try {
      const other = new Pulse(replica);
      await pulse.sentOf(2);
      expect(await Promise.all([pulse.sentOf(3), other.sentOf(3)])).toEqual([0, 0]);
      expect(other.beats).toEqual([]);
      release.open();
      await holding;
      await until(() => other.sentOf(1), (sent) => sent > 0);
      expect(other.beats.at(-1)!.sequence).toBe(await newest());
    } finally {
      release.open();
      await replica.stop();
    }
  });
});
