import type { PrismaClient } from '../generated/postgresql/client.js';
import type { Engine } from '../engine.js';
import type { MigrationDriver } from '../migrations.js';

/** An open database: one client whatever the engine (both generated clients have the same types). */
export interface Connection {
  readonly engine: Engine;
  readonly prisma: PrismaClient;
  /** What applies migrations, over a connection of its own where the engine has several. */
  migrationDriver(): Promise<MigrationDriver>;
  close(): Promise<void>;
}
