import { CachedContexts, UserManagementClient } from '@sa-platform/auth-client';
import { RedisEvents } from '@sa-platform/auth-client/redis';
import { engine } from '../test-database.js';
import type { ClusterSettings } from './cluster.js';
import { FAULTS, type Fault } from './faults.js';
import { PLANTS, type Plant } from './plants.js';
import type { PrivateDatabase } from './private-database.js';
import { PrivateMariadb } from './private-mariadb.js';
import { PrivatePostgresql } from './private-postgresql.js';
import { PrivateRedis } from './private-redis.js';

/** `npm run test:faults`: every fault as long as it lasts outside, every plant, 100,000 events and a backlog of a million. */
export const isLong = process.env.FAULTS === 'long';

const Database = engine === 'mysql' ? PrivateMariadb : PrivatePostgresql;
const isInstalled = engine !== 'pglite' && Database.isInstalled() && PrivateRedis.isInstalled();
const isRequired = (process.env.REQUIRED_ENGINES ?? '').split(',').includes(engine);

/** PGlite lives and dies with its process. Whoever requires the others gets a failure rather than nothing. */
export const canRun = engine !== 'pglite' && (isInstalled || isRequired);

/** @throws Error when the server is not installed */
export function startDatabase(): Promise<PrivateDatabase> {
  return Database.start();
}

/** Faults in which the dialect, the driver or the locks of the database have a part. */
const OF_DATABASES = [
  'a relay is killed between publishing and marking',
  'the database crashes and comes back',
  'the database takes 300 ms longer each way',
  'the database stalls for a relay that has just taken its lease',
  'a relay stands still while it gives numbers',
];
/** Of MariaDB in the short form. */
const SHORT_OF_MYSQL = OF_DATABASES.slice(0, 2);
/** Each of these has a neighbour that goes the same way and further. */
const LONG_ONLY = ['a relay is killed right before it publishes', 'a relay stands still past its lease'];
/** One that the service and one that a client has to be caught with. */
const SHORT_PLANTS = ['a fence that Redis does not look at', 'a client that does not notice silence'];

/** What this run does on this engine. */
export function chooseFaults(): Fault[] {
  if (engine === 'postgresql') return FAULTS.filter(({ name }) => isLong || !LONG_ONLY.includes(name));
  const names = isLong ? OF_DATABASES : SHORT_OF_MYSQL;
  return FAULTS.filter(({ name }) => names.includes(name));
}

export function choosePlants(): Plant[] {
  const plants = isLong ? PLANTS : PLANTS.filter(({ name }) => SHORT_PLANTS.includes(name));
  return engine === 'postgresql' ? plants : plants.filter(({ fault }) => isLong && OF_DATABASES.includes(fault));
}

export function lengthOf(fault: Fault): number {
  return isLong ? fault.lastsMs.long : fault.lastsMs.short;
}

/** Clients and subscribers of the source, and a load that leaves the machine room to breathe. */
export function settingsOf(database: PrivateDatabase): ClusterSettings {
  return {
    database,
    client: { CachedContexts, UserManagementClient, RedisEvents },
    pace: isLong ? { writers: 12, usersPerWriter: 20, pauseMs: 0 } : { writers: 4, usersPerWriter: 6, pauseMs: 80 },
    importedRows: isLong ? 2_000 : 0,
  };
}
