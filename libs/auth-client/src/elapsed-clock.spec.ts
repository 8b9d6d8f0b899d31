import { createElapsedClock } from './elapsed-clock.js';

test('what either clock says has passed has passed, and it never goes back', () => {
  const clocks = { monotonicMs: 500, wallMs: 1_700_000_000_000 };
  const now = createElapsedClock({ monotonic: () => clocks.monotonicMs, wall: () => clocks.wallMs });
  const startMs = now();
  const readAfter = (monotonicMs: number, wallMs: number): number => {
    clocks.monotonicMs += monotonicMs;
    clocks.wallMs += wallMs;
    return now() - startMs;
  };
  expect(readAfter(10, 10)).toBe(10);
  // A virtual machine that was suspended.
  expect(readAfter(0, 5_000)).toBe(5_010);
  // A wall clock that was set back.
  expect(readAfter(30, -60_000)).toBe(5_040);
  expect(readAfter(0, -1)).toBe(5_040);
});

test('reads the clocks of the machine', async () => {
  const now = createElapsedClock();
  const startMs = now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(now() - startMs).toBeGreaterThanOrEqual(15);
});
