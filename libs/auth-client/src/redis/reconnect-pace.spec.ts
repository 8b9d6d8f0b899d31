import { describe, expect, it } from '@jest/globals';
import { reconnectDelayMs, silenceLimitMs } from './reconnect-pace.js';

describe('reconnectDelayMs', () => {
  it('doubles from 50 ms to a second and stays there for ever', () => {
    const delays = [1, 2, 3, 4, 5, 6, 100_000].map((failures) => reconnectDelayMs(failures, 0));
    expect(delays).toEqual([50, 100, 200, 400, 800, 1000, 1000]);
  });

  it('spreads the clients of one Redis over half of the time', () => {
    expect([0, 0.5, 1].map((random) => reconnectDelayMs(100, random))).toEqual([1000, 750, 500]);
  });
});

describe('silenceLimitMs', () => {
  it('is four heartbeats, and longer while the service itself is silent', () => {
    expect([0, 1, 2, 3, 4, 100_000].map(silenceLimitMs)).toEqual([2000, 4000, 8000, 16_000, 16_000, 16_000]);
  });
});
