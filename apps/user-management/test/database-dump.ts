import { Database } from '../src/platform/database/database.js';
import { dumpOf, readEverything } from './dump.js';
import { until } from './poll.js';
import type { TestApp } from './test-app.js';

export type Dump = Awaited<ReturnType<typeof dumpOf>>;

export async function dumpDatabase(app: TestApp): Promise<Dump> {
  return dumpOf(app.nest.get(Database).connection);
}

/** Until the identity provider has followed: the work that is left would change the next dump. */
export async function untilInStep(app: TestApp): Promise<void> {
  await until(() => app.nest.get(Database).client.identityJob.count(), (waiting) => waiting === 0);
}

/** Every value of every table, as text. */
export async function dumpTables(app: TestApp): Promise<string> {
  return readEverything(app.nest.get(Database).connection);
}

/** @returns each row that came, went or changed, with its table: none when nothing changed */
export function changesBetween(before: Dump, after: Dump): string[] {
  return Object.keys(after).flatMap((table) => {
    const [old, now] = [new Set(before[table]), new Set(after[table])];
    const came = [...now].filter((row) => !old.has(row)).map((row) => `+ ${table} ${row}`);
    return [...came, ...[...old].filter((row) => !now.has(row)).map((row) => `- ${table} ${row}`)];
  });
}
