import type { PrismaClient } from '../generated/postgresql/client.js';
import type { Engine } from '../engine.js';
import type { MigrationDriver } from '../migrations.js';

/**
 * A replica that stands still in the middle of a transaction (a paused machine, a network that is gone) holds its locks
 * for this long: then the server ends its session, and whoever waits goes on.
 */
export const LONGEST_STANDSTILL_SECONDS = 5;

/** An open database: one client whatever the engine (both generated clients have the same types). */
export interface Connection {
  readonly engine: Engine;
  readonly prisma: PrismaClient;
  /** What applies migrations, over a connection of its own where the engine has several. */
  migrationDriver(): Promise<MigrationDriver>;
  close(): Promise<void>;
}
