import { Prisma } from './generated/postgresql/client.js';

/** Always true, for lists of conditions that may be empty. */
export const ANY = Prisma.sql`1 = 1`;

/** @returns `column IN (values)`; of no values nothing is one, which SQL has no list for */
export function among(column: Prisma.Sql, values: readonly string[]): Prisma.Sql {
  return values.length === 0 ? Prisma.sql`1 = 0` : Prisma.sql`${column} IN (${Prisma.join([...values])})`;
}
