import { jest } from '@jest/globals';
import { readEvent, readHeartbeat } from '../contexts/read-message.js';
import type { EventListener } from '../event-connection.js';
import { FakeEventPublisher, type FakeEvents } from './fake-events.js';

let publisher: FakeEventPublisher;
let events: FakeEvents;
let heard: string[];
const listener: EventListener = {
  onSubscribed: () => heard.push('subscribed'),
  onDisconnected: () => heard.push('disconnected'),
  onMessage: (channel, message) => heard.push(`${channel} ${(JSON.parse(message) as { sequence: number }).sequence}`),
};

beforeEach(() => {
  jest.useFakeTimers();
  publisher = new FakeEventPublisher();
  events = publisher.connect();
  heard = [];
});
afterEach(async () => {
  await events.close();
  jest.useRealTimers();
});

describe('fake events', () => {
  it('are subscribed as soon as they are opened, with a heartbeat at once and every 500 ms', () => {
    events.open(listener);
    expect(heard).toEqual(['subscribed', 'users.heartbeat 0']);
    jest.advanceTimersByTime(999);
    expect(heard).toHaveLength(3);
    jest.advanceTimersByTime(1);
    expect(heard).toHaveLength(4);
  });

  it('are numbered one after the other, and heartbeats name the newest', () => {
    events.open(listener);
    publisher.publish({ type: 'users.updated', user_id: 'a' });
    publisher.publish({ type: 'users.updated', user_id: 'a' });
    events.beat();
    expect(heard.slice(2)).toEqual(['users.events 1', 'users.events 2', 'users.heartbeat 2']);
  });

  it('are written as the service writes them', () => {
    const messages: [string, string][] = [];
    events.open({ ...listener, onMessage: (...message) => messages.push(message) });
    publisher.publish({ type: 'users.updated', user_id: 'a', version: 7, payload: { fields: ['phone'] } });
    const [[, heartbeat], [, event]] = messages as [[string, string], [string, string]];
    expect(readHeartbeat(heartbeat)).toBe(0);
    expect(JSON.parse(heartbeat)).toEqual({ sequence: 0, at: new Date().toISOString() });
    expect(readEvent(event)).toMatchObject({ sequence: 1, invalidation: { userId: 'a', version: 7 } });
    expect(JSON.parse(event)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'users.updated',
      occurred_at: new Date().toISOString(),
      organisation_id: null,
      actor: { type: 'system' },
      payload: { fields: ['phone'] },
    });
    publisher.publish({ type: 'permissions.registered' });
    expect(JSON.parse(messages[2]?.[1] ?? '')).toMatchObject({ user_id: null, version: null, payload: {} });
  });

  it('reach every connection that is open', async () => {
    const other = publisher.connect();
    const heardThere: string[] = [];
    events.open(listener);
    other.open({ ...listener, onMessage: (channel) => heardThere.push(channel) });
    publisher.publish({ type: 'users.updated' });
    await other.close();
    publisher.publish({ type: 'users.updated' });
    expect(heardThere).toEqual(['users.heartbeat', 'users.events']);
    expect(heard.slice(-2)).toEqual(['users.events 1', 'users.events 2']);
  });

  it.each([
    [true, ['disconnected']],
    [false, []],
  ])('are lost while they are cut (noticed: %s)', (isNoticed, told) => {
    events.open(listener);
    events.cut(isNoticed);
    publisher.publish({ type: 'users.updated' });
    jest.advanceTimersByTime(5_000);
    expect(heard.slice(2)).toEqual(told);
  });

  it('notice a cut when nothing else is said', () => {
    events.open(listener);
    events.cut();
    expect(heard.slice(2)).toEqual(['disconnected']);
  });

  it.each([[true], [false]])('come back with a heartbeat, in the order that listeners rely on (cut noticed: %s)', (isNoticed) => {
    events.open(listener);
    events.cut(isNoticed);
    publisher.publish({ type: 'users.updated' });
    events.reconnect();
    publisher.publish({ type: 'users.updated' });
    expect(heard.slice(2)).toEqual(['disconnected', 'subscribed', 'users.heartbeat 1', 'users.events 2']);
  });

  it('tell of one cut once', () => {
    events.open(listener);
    events.cut(false);
    events.cut();
    events.cut();
    expect(heard.slice(2)).toEqual(['disconnected']);
  });

  it('tell nothing after they were closed', async () => {
    events.open(listener);
    await events.close();
    publisher.publish({ type: 'users.updated' });
    jest.advanceTimersByTime(5_000);
    events.cut();
    events.reconnect();
    expect(heard).toHaveLength(2);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('are opened once, and not after they were closed', async () => {
    events.open(listener);
    expect(() => events.open(listener)).toThrow('A connection is opened once');
    const closed = publisher.connect();
    await closed.close();
    expect(() => closed.open(listener)).toThrow('A connection is opened once');
  });

  it('keep no process alive', () => {
    const timers = jest.spyOn(globalThis, 'setInterval');
    events.open(listener);
    expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
  });
});
