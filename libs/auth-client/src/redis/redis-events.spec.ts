import net from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { EventLog, until } from '../../test/event-log.js';
import { confirm, confirmation, FakeRedis, message, type Answer } from '../../test/fake-redis.js';
import { RedisEvents } from './redis-events.js';
import type { RedisEventsOptions } from './redis-events-options.js';

const EVENTS = 'users.events';
const BEATS = 'users.heartbeat';

/** A connection, what it told, and what went wrong. */
interface Opened {
  events: RedisEvents;
  log: EventLog;
  errors: Error[];
}

describe('RedisEvents', () => {
  let redis: FakeRedis;
  const opened: RedisEvents[] = [];
  const open = (url: string, options?: Partial<RedisEventsOptions>): Opened => {
    const errors: Error[] = [];
    const log = new EventLog();
    const events = new RedisEvents({ url, onError: (error) => errors.push(error), ...options });
    events.open(log);
    opened.push(events);
    return { events, log, errors };
  };
  const start = async (answer?: Answer): Promise<void> => {
    redis = await FakeRedis.start(answer);
  };
  /** Only those that our timers use: sockets go on. */
  const useFakeTimers = () => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'performance', 'hrtime', 'Date'] });

  afterEach(async () => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    for (const events of opened.splice(0)) await events.close();
    await redis.stop();
  });

  it('says when Redis has confirmed both channels, then delivers each message in order', async () => {
    await start();
    const { log, errors } = open(`redis://${redis.host}`);
    await log.until('subscribed');
    const [socket] = redis.sockets;
    socket!.write(message(EVENTS, '1') + message(BEATS, '2'));
    socket!.write(message(EVENTS, '{"ü":3}'));
    await log.until(`${EVENTS} {"ü":3}`);
    expect(log.entries).toEqual(['subscribed', `${EVENTS} 1`, `${BEATS} 2`, `${EVENTS} {"ü":3}`]);
    expect(errors).toEqual([]);
  });

  it('asks Redis for no more than a subscription under a name, so that a user may be allowed no more', async () => {
    const commands: string[][] = [];
    await start((...command) => {
      commands.push(command);
      return confirm(...command);
    });
    await open(`redis://${redis.host}`).log.until('subscribed');
    expect(commands).toEqual([
      ['client', 'setname', 'auth-client'],
      ['subscribe', EVENTS, BEATS],
    ]);
  });

  it('delivers nothing that comes before both channels are confirmed: whoever listens catches up from there', async () => {
    await start((command, ...channels) => {
      const [first = '', second = ''] = channels.map((channel, index) => confirmation(channel, index + 1));
      return command === 'subscribe' ? first + message(EVENTS, 'early') + second : confirm(command);
    });
    const { log } = open(`redis://${redis.host}`);
    await log.until('subscribed');
    redis.sockets[0]!.write(message(EVENTS, 'later'));
    await log.until(`${EVENTS} later`);
    expect(log.entries).toEqual(['subscribed', `${EVENTS} later`]);
  });

  it('is not subscribed by half a confirmation', async () => {
    await start((command, ...channels) => (command === 'subscribe' ? confirmation(channels[0]!, 1) : confirm(command)));
    const { log, errors } = open(`redis://${redis.host}`, { connectTimeoutMs: 50 });
    await until(() => redis.sockets.length >= 3);
    expect(log.entries).toEqual([]);
    expect(new Set(errors.map((error) => error.message))).toEqual(new Set(['Redis events: no subscription for 50 ms']));
  });

  it('gives up a server that accepts connections and says nothing, and tries again', async () => {
    await start(() => null);
    const { log, errors } = open(`redis://${redis.host}`, { connectTimeoutMs: 50 });
    await until(() => redis.sockets.length >= 3);
    await until(() => redis.sockets[0]!.destroyed && redis.sockets[1]!.destroyed);
    expect(log.entries).toEqual([]);
    expect(errors[0]).toEqual(new Error('Redis events: no subscription for 50 ms'));
  });

  it('comes back when the connection ends, and says so before and after', async () => {
    await start();
    const { log, errors } = open(`redis://${redis.host}`);
    await log.until('subscribed');
    redis.sockets[0]!.end();
    await log.until('subscribed', 2);
    redis.sockets[1]!.write(message(EVENTS, '1'));
    await log.until(`${EVENTS} 1`);
    expect(log.entries).toEqual(['subscribed', 'disconnected', 'subscribed', `${EVENTS} 1`]);
    expect(errors).toEqual([new Error('Redis events: the connection was closed')]);
  });

  it('says that it is cut off once, however long Redis stays away, and tries ever less often', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await start();
    const { log, errors } = open(`redis://${redis.host}`);
    await log.until('subscribed');
    await redis.stop();
    await until(() => errors.length >= 4);
    expect(log.entries).toEqual(['subscribed', 'disconnected']);
    expect(errors[2]).toEqual(new Error('Redis events: ECONNREFUSED'));
    const delays = timers.mock.calls.map(([, delayMs = 0]) => delayMs).filter((delayMs) => delayMs > 0 && delayMs < 2_000);
    expect(delays.slice(0, 4)).toEqual([50, 100, 200, 400]);
  });

  it('tells of refused credentials without repeating them, and tries again', async () => {
    await start((command, ...values) => (command === 'auth' ? `-ERR unknown command 'AUTH', with args: ${values.join(' ')}\r\n` : confirm(command)));
    const { log, errors } = open(`redis://someone:secret@${redis.host}`);
    await until(() => errors.length >= 2);
    expect(log.entries).toEqual([]);
    expect(errors[0]).toEqual(new Error('Redis events: ERR'));
    expect(inspect(errors, { depth: 9, showHidden: true })).not.toMatch(/secret|someone/);
  });

  it('tells of a subscription that is not allowed, and tries again', async () => {
    await start((command) => (command === 'subscribe' ? '-NOPERM this user has no permissions\r\n' : confirm(command)));
    const { log, errors } = open(`redis://${redis.host}`);
    await until(() => errors.length >= 2);
    expect(log.entries).toEqual([]);
    expect(errors[0]).toEqual(new Error('Redis events: NOPERM'));
  });

  it('hands over what a listener throws, and goes on', async () => {
    await start();
    const { log, errors } = open(`redis://${redis.host}`);
    log.onEntry = (entry) => {
      throw new Error(entry);
    };
    await log.until('subscribed');
    redis.sockets[0]!.write(message(EVENTS, '1'));
    await log.until(`${EVENTS} 1`);
    redis.sockets[0]!.end();
    await log.until('subscribed', 2);
    const thrown = errors.map((error) => error.message).filter((text) => !text.startsWith('Redis events:'));
    expect(thrown).toEqual(['subscribed', `${EVENTS} 1`, 'disconnected', 'subscribed']);
  });

  it('is opened once, and not after it was closed', async () => {
    await start();
    const { events, log } = open(`redis://${redis.host}`);
    expect(() => events.open(log)).toThrow('opened once');
    await events.close();
    const other = new RedisEvents({ url: `redis://${redis.host}` });
    await other.close();
    expect(() => other.open(log)).toThrow('opened once');
  });

  describe('silence', () => {
    beforeEach(() => start());

    it('for two seconds counts as cut off; any message starts them anew', async () => {
      useFakeTimers();
      const { log, errors } = open(`redis://${redis.host}`);
      await log.until('subscribed');
      for (const text of ['1', '2', '3']) {
        jest.advanceTimersByTime(1_999);
        redis.sockets[0]!.write(message(text === '2' ? EVENTS : BEATS, text));
        await log.until(`${text === '2' ? EVENTS : BEATS} ${text}`);
      }
      jest.advanceTimersByTime(1_999);
      expect(log.count('disconnected')).toBe(0);
      jest.advanceTimersByTime(1);
      expect(log.entries.at(-1)).toBe('disconnected');
      expect(errors).toEqual([new Error('Redis events: nothing was heard for 2000 ms')]);
      await until(() => {
        jest.advanceTimersByTime(50);
        return redis.sockets.length === 2;
      });
      await log.until('subscribed', 2);
    });

    it('of the service itself makes it connect ever less often, until a message is heard', async () => {
      useFakeTimers();
      const { log, errors } = open(`redis://${redis.host}`);
      for (const [given, limitMs] of [2_000, 4_000, 8_000, 16_000, 16_000].entries()) {
        await log.until('subscribed', given + 1);
        jest.advanceTimersByTime(limitMs - 1);
        expect(log.count('disconnected')).toBe(given);
        jest.advanceTimersByTime(1);
        expect(errors.at(-1)).toEqual(new Error(`Redis events: nothing was heard for ${limitMs} ms`));
        jest.advanceTimersByTime(1_000);
      }
      await log.until('subscribed', 6);
      redis.sockets.at(-1)!.write(message(BEATS, 'back'));
      await log.until(`${BEATS} back`);
      redis.sockets.at(-1)!.end();
      await log.until('disconnected', 6);
      // The first failure again: 50 ms at most.
      jest.advanceTimersByTime(50);
      await log.until('subscribed', 7);
      jest.advanceTimersByTime(2_000);
      expect(errors.at(-1)).toEqual(new Error('Redis events: nothing was heard for 2000 ms'));
    });

    it('before a cut is no reason to look slowly: only silent connections count', async () => {
      useFakeTimers();
      const { log, errors } = open(`redis://${redis.host}`);
      for (const times of [1, 2, 3]) {
        await log.until('subscribed', times);
        redis.sockets.at(-1)!.end();
        await log.until('disconnected', times);
        jest.advanceTimersByTime(1_000);
      }
      await log.until('subscribed', 4);
      jest.advanceTimersByTime(2_000);
      expect(errors.at(-1)).toEqual(new Error('Redis events: nothing was heard for 2000 ms'));
    });
  });

  describe('close', () => {
    it('leaves no socket and no timer, and tells nothing more', async () => {
      useFakeTimers();
      await start();
      const sockets = jest.spyOn(net, 'createConnection');
      const { events, log, errors } = open(`redis://${redis.host}`);
      await log.until('subscribed');
      await events.close();
      expect(sockets.mock.results.map(({ value }) => (value as net.Socket).destroyed)).toEqual([true]);
      expect(jest.getTimerCount()).toBe(0);
      expect(log.entries).toEqual(['subscribed']);
      expect(errors).toEqual([]);
    });

    it('in the middle of messages leaves out the rest of them', async () => {
      await start();
      const { events, log } = open(`redis://${redis.host}`);
      await log.until('subscribed');
      log.onEntry = () => void events.close();
      redis.sockets[0]!.write(message(EVENTS, '1') + message(EVENTS, '2') + message(EVENTS, '3'));
      await until(() => redis.sockets[0]!.destroyed);
      expect(log.entries).toEqual(['subscribed', `${EVENTS} 1`]);
    });

    it('works while it connects', async () => {
      await start(() => null);
      const { events, log, errors } = open(`redis://${redis.host}`);
      await until(() => redis.sockets.length === 1);
      await events.close();
      await until(() => redis.sockets[0]!.destroyed);
      expect([log.entries, errors]).toEqual([[], []]);
    });

    it('works before there is a socket at all', async () => {
      await start();
      const { events, log, errors } = open(`redis://${redis.host}`);
      await events.close();
      expect([log.entries, errors, redis.sockets]).toEqual([[], [], []]);
    });

    it('works while it waits to connect again, also when the failure is what it is closed for', async () => {
      useFakeTimers();
      await start();
      const sockets = jest.spyOn(net, 'createConnection');
      const { events, log, errors } = open(`redis://${redis.host}`, { onError: () => void events.close() });
      await log.until('subscribed');
      redis.sockets[0]!.end();
      await log.until('disconnected');
      await events.close();
      jest.advanceTimersByTime(1_000);
      await new Promise(setImmediate);
      expect(sockets).toHaveBeenCalledTimes(1);
      expect([log.entries, errors]).toEqual([['subscribed', 'disconnected'], []]);
    });

    it('at the moment of the confirmation keeps it from being told', async () => {
      await start();
      let isConfirmed = false;
      const { events, log } = open(`redis://${redis.host}`);
      jest.spyOn(Redis.prototype, 'subscribe').mockImplementation(() => {
        void events.close();
        isConfirmed = true;
        return Promise.resolve(2);
      });
      await until(() => isConfirmed);
      await events.close();
      expect(log.entries).toEqual([]);
    });
  });

  it('keeps no process alive by its timers', async () => {
    await start();
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const { log } = open(`redis://${redis.host}`);
    await log.until('subscribed');
    redis.sockets[0]!.end();
    await log.until('disconnected');
    const ours = timers.mock.results.map(({ value }) => value as NodeJS.Timeout);
    // The one of ioredis destroys the socket, at once.
    const delays = timers.mock.calls.map(([, delayMs]) => delayMs ?? 0);
    expect(ours.filter((timer, index) => delays[index]! > 0 && timer.hasRef())).toEqual([]);
    expect(ours.length).toBeGreaterThan(2);
  });
});
