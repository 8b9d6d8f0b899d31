import { z } from 'zod';

const cause = z.object({
  kind: z.string().optional(),
  originalCode: z.string().optional(),
  originalMessage: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  constraint: z.object({ index: z.string().optional() }).optional(),
});

/** What an error of Prisma says once it is read; a driver's own words stay inside. */
const prismaError = z.object({
  code: z.string(),
  meta: z.object({ code: z.string().optional(), driverAdapterError: z.object({ cause: cause.optional() }).optional() }).optional(),
});
/** What comes of a COMMIT is passed on as the driver's adapter threw it. */
const adapterError = z.object({ name: z.literal('DriverAdapterError'), cause }).transform((error): PrismaError => ({ code: '', meta: { driverAdapterError: error } }));

type PrismaError = z.output<typeof prismaError>;
const read = (error: unknown): PrismaError | null => prismaError.safeParse(error).data ?? adapterError.safeParse(error).data ?? null;
const causeOf = (error: PrismaError | null) => error?.meta?.driverAdapterError?.cause;

/** @returns the name of the unique constraint that a write violated, or null */
export function violatedConstraint(error: unknown): string | null {
  const known = read(error);
  if (known?.code !== 'P2002' && causeOf(known)?.kind !== 'UniqueConstraintViolation') return null;
  return causeOf(known)?.constraint?.index ?? constraintIn(causeOf(known)?.originalMessage ?? '') ?? 'unknown';
}

/** PGlite's adapter tells the columns only; PostgreSQL's words, which are always English there, tell the name. */
function constraintIn(message: string): string | undefined {
  return /unique constraint "([^"]+)"/.exec(message)?.[1];
}

/** A write that names a row which isn't there (any more), or removes one that is still referenced. */
export function isReferenceViolation(error: unknown): boolean {
  const known = read(error);
  return known?.code === 'P2003' || causeOf(known)?.kind === 'ForeignKeyConstraintViolation';
}

const RETRYABLE_CODES = new Set(['40001', '40P01', '55P03', '1213', '1205']);

/** Deadlock, serialization failure or lock timeout: the same transaction may succeed when it runs again. */
export function isRetryable(error: unknown): boolean {
  const known = read(error);
  if (known === null) return false;
  const cause = causeOf(known);
  if (known.code === 'P2034' || cause?.kind === 'TransactionWriteConflict') return true;
  return [known.meta?.code, cause?.originalCode, cause?.code].some((code) => RETRYABLE_CODES.has(String(code)));
}

const UNAVAILABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);
const UNAVAILABLE_KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
const UNAVAILABLE_CODES = /^(ECONN|ETIMEDOUT|EPIPE|57P0|25P03$|08|1040$|1203$|1927$|4031$|45013$|45028$|4500)/;

/** What `pg` says of a connection that broke, or that it did not get: without a code, and Prisma passes it on as it is. */
const BROKEN_CONNECTION =
  /^(Connection terminated|timeout expired$|timeout exceeded when trying to connect$|Client (has encountered a connection error|was closed) and is not queryable$)/;

/** The database can't be reached, or has no connection to spare. */
export function isUnavailable(error: unknown): boolean {
  const known = read(error);
  if (known === null) return error instanceof Error && BROKEN_CONNECTION.test(error.message);
  const cause = causeOf(known);
  if (UNAVAILABLE.has(known.code) || UNAVAILABLE_KINDS.has(cause?.kind ?? '')) return true;
  return [known.code, known.meta?.code, cause?.originalCode, cause?.code].some((code) => UNAVAILABLE_CODES.test(String(code)));
}
