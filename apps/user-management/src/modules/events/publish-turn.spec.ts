import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@sa-platform/contracts';
import type { OutboxRow } from './outbox.repository.js';
import { EventPublisher, EventsRefusedError, StaleFenceError, type Fence } from './event-publisher.js';
import { publishTurn } from './publish-turn.js';

const FENCE: Fence = { id: 'database', value: 7 };

/** Takes a batch whole or, where it holds one of `poisoned`, refuses it after what stands before. */
class Broker extends EventPublisher {
  readonly out: string[] = [];
  readonly calls: string[][] = [];
  failure: Error | null = null;
  constructor(private readonly poisoned: string[] = []) {
    super();
  }
  override publish(events: readonly EventEnvelope[], fence: Fence): Promise<void> {
    expect(fence).toEqual(FENCE);
    this.calls.push(events.map(({ id }) => id));
    if (this.failure) return Promise.reject(this.failure);
    for (const { id } of events) {
      if (this.poisoned.includes(id)) return Promise.reject(new EventsRefusedError());
      this.out.push(id);
    }
    return Promise.resolve();
  }
  override beat(): Promise<void> {
    return Promise.resolve();
  }
  override checkHealth(): Promise<void> {
    return Promise.resolve();
  }
  override close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @param name `a1` is the first event of user a; `-1` one of nobody */
function row(name: string, payload = '{}'): OutboxRow {
  const user = name.slice(0, -1);
  return {
    id: name,
    position: 1n,
    sequence: 1n,
    type: 'users.updated',
    userId: user === '-' ? null : user,
    organisationId: null,
    actorType: 'user',
    actorId: 'admin',
    impersonatorId: null,
    version: 1n,
    payload,
    occurredAt: new Date(0),
    publishedAt: null,
    isUrgent: false,
    publishAttempts: 0,
    parkedAt: null,
  };
}
const turnOf = (...events: OutboxRow[]) => ({ fence: FENCE, events });

describe('publishTurn', () => {
  it('publishes all in one go, in their order', async () => {
    const broker = new Broker();
    expect(await publishTurn(broker, turnOf(row('a1'), row('b1'), row('a2')))).toEqual({ published: ['a1', 'b1', 'a2'], refused: [] });
    expect(broker.calls).toEqual([['a1', 'b1', 'a2']]);
  });

  it('goes round an event that the broker refuses, and holds back what its user has to hear after it', async () => {
    const broker = new Broker(['b1']);
    const outcome = await publishTurn(broker, turnOf(row('a1'), row('b1'), row('a2'), row('b2'), row('c1')));
    expect(outcome).toEqual({ published: ['a1', 'a2', 'c1'], refused: ['b1'] });
    expect(broker.calls.slice(1)).toEqual([['a1'], ['b1'], ['a2'], ['c1']]);
  });

  it('does the same with an event that can’t be read', async () => {
    const broker = new Broker();
    const outcome = await publishTurn(broker, turnOf(row('a1', '{'), row('a2'), row('b1')));
    expect(outcome).toEqual({ published: ['b1'], refused: ['a1'] });
    expect(broker.out).toEqual(['b1']);
  });

  it('asks the broker nothing when nothing can be read', async () => {
    const broker = new Broker();
    expect(await publishTurn(broker, turnOf(row('a1', '')))).toEqual({ published: [], refused: ['a1'] });
    expect(broker.calls).toEqual([]);
  });

  it('holds nothing back for a refused event that is nobody’s', async () => {
    const broker = new Broker(['-1']);
    expect(await publishTurn(broker, turnOf(row('-1'), row('-2'), row('a1')))).toEqual({ published: ['-2', 'a1'], refused: ['-1'] });
  });

  it.each([new StaleFenceError(8), new Error('away')])('blames no event for %s', async (failure) => {
    const broker = new Broker();
    broker.failure = failure;
    await expect(publishTurn(broker, turnOf(row('a1'), row('b1')))).rejects.toBe(failure);
    expect(broker.calls).toHaveLength(1);
  });
});
