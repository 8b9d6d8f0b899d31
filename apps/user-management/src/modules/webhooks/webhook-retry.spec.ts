import { describe, expect, it } from '@jest/globals';
import { PATIENCE_MS, webhookRetryDelay } from './webhook-retry.js';

describe('the wait before an event is sent again', () => {
  it('is 5 seconds at first and doubles up to an hour', () => {
    const longest = [0, 1, 2, 3, 9, 10, 50, 100_000].map((attempts) => webhookRetryDelay(attempts, 1) / 1000);
    expect(longest).toEqual([5, 10, 20, 40, 2560, 3600, 3600, 3600]);
  });

  it('is up to half as long by chance', () => {
    expect(webhookRetryDelay(0, 0)).toBe(2_500);
    expect(webhookRetryDelay(30, 0)).toBe(1_800_000);
  });

  it('leaves a receiver less than 160 attempts in the three days', () => {
    let [attempts, elapsedMs] = [0, 0];
    for (; elapsedMs < PATIENCE_MS; attempts += 1) elapsedMs += webhookRetryDelay(attempts, 0);
    expect(attempts).toBeLessThan(160);
  });
});
