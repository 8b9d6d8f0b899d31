import type { ConnectionOptions } from 'node:tls';
import { ConfigurationError } from '../auth-error.js';
import { requireNumber } from '../require-option.js';

/** Where the events are heard and what becomes of failures. */
export interface RedisEventsOptions {
  /** `redis://` or `rediss://` (TLS), `user:password@` where Redis asks for them, a host and a port (6379 when left out). */
  url: string;
  /** How long a connection may take until Redis has confirmed the subscription, in milliseconds. Default 2,000. */
  connectTimeoutMs?: number;
  /** Called once for each connection that failed, with an error whose text holds no credentials. Default: nothing. */
  onError?: (error: Error) => void;
}

/** An address that was taken apart: ioredis would let a query in the URL override every option of ours. */
export interface RedisAddress {
  host: string;
  port: number;
  username?: string;
  password?: string;
  tls?: ConnectionOptions;
}

/** The options after they were checked, with every default filled in. */
export interface CheckedRedisEventsOptions {
  address: RedisAddress;
  connectTimeoutMs: number;
  onError: (error: Error) => void;
}

const DEFAULT_PORT = 6379;
/** A database number may stand there and is not used: channels belong to the whole server. */
const SHAPE = /^rediss?:\/\/[^\s/?#]+(\/\d*)?$/i;

/**
 * Reads `REDIS_URL`.
 *
 * @param environment usually `process.env`
 * @throws ConfigurationError naming `REDIS_URL` when it is missing or malformed; the text does not repeat its value
 *
 * @example
 * const events = new RedisEvents({ ...readRedisEventsOptions(process.env), onError: (error) => logger.warn(error.message) });
 */
export function readRedisEventsOptions(environment: Readonly<Record<string, string | undefined>>): RedisEventsOptions {
  const url = environment['REDIS_URL'] ?? '';
  readRedisAddress('REDIS_URL', url);
  return { url };
}

/** @throws ConfigurationError naming the option that is missing or malformed */
export function checkRedisEventsOptions(options: RedisEventsOptions): CheckedRedisEventsOptions {
  return {
    address: readRedisAddress('url', options.url),
    connectTimeoutMs: requireNumber('connectTimeoutMs', options.connectTimeoutMs ?? 2_000, 60_000),
    onError: options.onError ?? (() => undefined),
  };
}

function readRedisAddress(option: string, value: unknown): RedisAddress {
  const address = typeof value === 'string' && SHAPE.test(value) ? parseAddress(value) : null;
  if (address) return address;
  throw new ConfigurationError(option, 'must be a redis or rediss URL of user, password, host and port, without a query');
}

/** Null when the port is none, or a percent sign doesn't begin a character. */
function parseAddress(text: string): RedisAddress | null {
  try {
    const url = new URL(text);
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? DEFAULT_PORT : Number(url.port),
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    };
  } catch {
    return null;
  }
}
