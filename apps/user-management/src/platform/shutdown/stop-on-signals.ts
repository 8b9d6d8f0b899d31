import { constants } from 'node:os';
import { Logger, type INestApplicationContext } from '@nestjs/common';
import { Config } from '../config/config.js';
import { errorName } from '../errors/error-name.js';
import { Shutdown } from './shutdown.js';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** npm passes on to us what the terminal has sent to all of the group already: that is still the first one. */
const SAME_SIGNAL_MS = 300;
/** For jobs to end what they are at and for connections to close, once callers are answered. */
const LONGEST_STOP_MS = 10_000;

/**
 * Stops the process in order when it is asked to: callers, jobs, events, connections. It ends with 0; with 1 when a caller
 * was cut off or the stop took too long, which costs what `kill -9` costs: leases are waited for until they expire. A
 * second signal ends it at once.
 */
export function stopOnSignals(app: INestApplicationContext): void {
  let stoppingSince: number | null = null;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stoppingSince === null) {
        stoppingSince = performance.now();
        void stop(app, signal);
      } else if (performance.now() - stoppingSince > SAME_SIGNAL_MS) {
        process.exit(128 + constants.signals[signal]);
      }
    });
  }
}

async function stop(app: INestApplicationContext, signal: string): Promise<void> {
  const logger = new Logger(Shutdown.name);
  const { delayMs, timeoutMs } = app.get(Config).shutdown;
  const limitMs = delayMs + timeoutMs + LONGEST_STOP_MS;
  setTimeout(() => {
    logger.error(`still stopping after ${limitMs} ms: ends now`);
    process.exit(1);
  }, limitMs);
  logger.log(`${signal}: stops`);
  try {
    await app.close();
    process.exit(app.get(Shutdown).wasCutShort ? 1 : 0);
  } catch (error) {
    logger.error(`the stop failed: ${errorName(error)}`);
    process.exit(1);
  }
}
