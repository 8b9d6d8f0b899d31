/**
 * A clock for ages: it never goes back, and what either clock of the machine says has passed has passed. The monotonic one
 * stands still while a virtual machine is suspended, the other one jumps when it is set; an age that is too long only
 * means that the service is asked.
 *
 * @returns milliseconds since some moment
 */
export function createElapsedClock(clocks = { monotonic: () => performance.now(), wall: Date.now }): () => number {
  let monotonicMs = clocks.monotonic();
  let wallMs = clocks.wall();
  let elapsedMs = 0;
  return () => {
    const nextMonotonicMs = clocks.monotonic();
    const nextWallMs = clocks.wall();
    elapsedMs += Math.max(nextMonotonicMs - monotonicMs, nextWallMs - wallMs, 0);
    monotonicMs = nextMonotonicMs;
    wallMs = nextWallMs;
    return elapsedMs;
  };
}
