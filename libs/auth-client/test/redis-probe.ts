import { connect } from 'node:net';

/** Where the tests look for a Redis. */
// eslint-disable-next-line no-restricted-properties -- as in a spec: nothing of this is published
export const TEST_REDIS = new URL(process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379');

/** Whether one answers there. */
export function isRedisThere(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: TEST_REDIS.hostname, port: Number(TEST_REDIS.port || 6379), timeout: 1_000 });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
