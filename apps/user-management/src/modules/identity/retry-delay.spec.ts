import { isFinal, retryDelay } from './retry-delay.js';

describe('the wait before the next attempt', () => {
  it('doubles with each failure up to 20 seconds, so that nothing waits longer once the provider is back', () => {
    const waits = [0, 1, 2, 3, 4, 5, 50, 5_000].map((attempts) => retryDelay('unavailable', attempts, undefined, 1));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]);
  });

  it('is spread over half its length', () => {
    expect(retryDelay('unavailable', 2, undefined, 0)).toBe(2_000);
    expect(retryDelay('unavailable', 2, undefined, 1)).toBe(4_000);
  });

  it('is never shorter than what the provider asked for', () => {
    expect(retryDelay('throttled', 0, 60_000, 0)).toBe(60_000);
    expect(retryDelay('throttled', 9, 60_000, 1)).toBe(61_000);
    expect(retryDelay('unavailable', 0, 30_000, 0)).toBe(30_000);
    expect(retryDelay('throttled', 0, undefined, 0)).toBe(1_000);
  });

  it('is longer where a person has to mend something, and for our own faults', () => {
    expect(retryDelay('misconfigured', 0, undefined, 1)).toBe(60_000);
    expect(retryDelay('internal', 50, undefined, 1)).toBe(300_000);
  });

  it('is for failures that pass: the provider would refuse these again', () => {
    const failures = ['conflict', 'rejected', 'not_found', 'throttled', 'unavailable', 'misconfigured', 'internal'] as const;
    expect(failures.filter(isFinal)).toEqual(['conflict', 'rejected', 'not_found']);
  });
});
