import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../config/config.js';
import { Shutdown } from './shutdown.js';

const DELAY_MS = 100;

const create = (timeoutMs = 1_000) =>
  new Shutdown(loadConfig({ SHUTDOWN_DELAY_MS: String(DELAY_MS), SHUTDOWN_TIMEOUT_MS: String(timeoutMs) }));

describe('a shutdown', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(['log', 'warn', 'error']));

  it('tells whoever waits long at once, and closes the ways in after the delay, all together', async () => {
    const shutdown = create();
    const steps: string[] = [];
    shutdown.signal.addEventListener('abort', () => steps.push('told'));
    for (const name of ['one', 'two']) {
      shutdown.add(async () => {
        steps.push(`${name} begins`);
        await sleep(10);
        steps.push(`${name} ends`);
        return 0;
      });
    }
    expect(shutdown.isShuttingDown).toBe(false);
    const startedAt = performance.now();
    const drained = shutdown.drain();
    expect([shutdown.isShuttingDown, ...steps]).toEqual([true, 'told']);
    await drained;
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(DELAY_MS);
    expect(steps).toEqual(['told', 'one begins', 'two begins', 'one ends', 'two ends']);
    expect(shutdown.wasCutShort).toBe(false);
  });

  it('happens once, however often it is asked for', async () => {
    const shutdown = create();
    let times = 0;
    shutdown.add(() => Promise.resolve(times++));
    await Promise.all([shutdown.drain(), shutdown.drain()]);
    await shutdown.drain();
    expect(times).toBe(1);
  });

  it('gives each way in the same limit, and remembers who was cut off', async () => {
    const shutdown = create(50);
    const untilLimit = (limit: AbortSignal, cutOff: number) =>
      new Promise<number>((resolve) => limit.addEventListener('abort', () => resolve(cutOff)));
    // The limit's own timer keeps no process alive.
    const awake = setInterval(() => undefined, 10);
    shutdown.add((limit) => untilLimit(limit, 0));
    shutdown.add((limit) => untilLimit(limit, 2));
    await shutdown.drain();
    clearInterval(awake);
    expect(shutdown.wasCutShort).toBe(true);
  });
});
