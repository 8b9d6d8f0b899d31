import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '../auth-error.js';
import { checkRedisEventsOptions, readRedisEventsOptions } from './redis-events-options.js';

const addressOf = (url: string) => checkRedisEventsOptions({ url }).address;

describe('checkRedisEventsOptions', () => {
  it.each([
    ['redis://redis.example', { host: 'redis.example', port: 6379 }],
    ['redis://127.0.0.1:6380/', { host: '127.0.0.1', port: 6380 }],
    ['redis://[::1]:6380/3', { host: '::1', port: 6380 }],
    ['redis://:p%40ss@h', { host: 'h', port: 6379, password: 'p@ss' }],
    ['redis://us%3Aer:pass@h', { host: 'h', port: 6379, username: 'us:er', password: 'pass' }],
    ['rediss://h:6390', { host: 'h', port: 6390, tls: {} }],
    ['REDISS://h', { host: 'h', port: 6379, tls: {} }],
  ])('takes %s apart', (url, address) => {
    expect(addressOf(url)).toEqual(address);
  });

  it.each([
    ['another scheme', 'http://redis.example'],
    ['no scheme', 'redis.example:6379'],
    ['no host', 'redis://'],
    ['a user and no host', 'redis://user:secret@'],
    ['a port that is none', 'redis://h:99999'],
    ['a path that is no database', 'redis://h/secret'],
    ['a query, which ioredis would take for options', 'redis://h?retryStrategy=1'],
    ['a fragment', 'redis://h#secret'],
    ['white space', ' redis://h'],
    ['a password with half an escape', 'redis://u:secret%zz@h'],
    ['nothing', ''],
    ['no string', undefined],
  ])('refuses %s without repeating it', (_, url) => {
    const check = () => checkRedisEventsOptions({ url: url as string });
    expect(check).toThrow(ConfigurationError);
    expect(check).toThrow(/^url must be a redis or rediss URL/);
    expect(check).not.toThrow(/secret/);
  });

  it('gives a connection two seconds unless told otherwise', () => {
    expect(checkRedisEventsOptions({ url: 'redis://h' }).connectTimeoutMs).toBe(2_000);
    expect(checkRedisEventsOptions({ url: 'redis://h', connectTimeoutMs: 5 }).connectTimeoutMs).toBe(5);
    expect(() => checkRedisEventsOptions({ url: 'redis://h', connectTimeoutMs: NaN })).toThrow(/^connectTimeoutMs /);
  });

  it('keeps failures to itself unless somebody wants them', () => {
    const onError = () => undefined;
    expect(checkRedisEventsOptions({ url: 'redis://h', onError }).onError).toBe(onError);
    expect(() => checkRedisEventsOptions({ url: 'redis://h' }).onError(new Error('kept'))).not.toThrow();
  });
});

describe('readRedisEventsOptions', () => {
  it('takes the address out of the environment', () => {
    expect(readRedisEventsOptions({ REDIS_URL: 'redis://h:6380' })).toEqual({ url: 'redis://h:6380' });
  });

  it.each([{}, { REDIS_URL: '' }, { REDIS_URL: 'http://secret' }])('names the variable: %j', (environment) => {
    const read = () => readRedisEventsOptions(environment);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(/^REDIS_URL must be/);
    expect(read).not.toThrow(/secret/);
  });
});
