import { asList, asObject } from './auth0-account.js';
import { auth0Failure } from './map-auth0-error.js';

/** Where a listing goes on: accounts created at `since` or later, without those of that moment which were listed. */
export interface ListCursor {
  since: string | null;
  /** Above 0 only while more accounts than fit on a page were created at the very moment `since`. */
  page: number;
  size: number;
  seen: string[];
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
const LONGEST_CURSOR = 20_000;

export function encodeCursor(cursor: ListCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/**
 * Whatever a cursor says becomes part of a search query, so everything is checked.
 *
 * @throws IdentityProviderError `rejected`
 */
export function decodeCursor(cursor: string, largestSize: number): ListCursor {
  const raw = cursor.length > LONGEST_CURSOR ? null : asObject(parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  const seen = asList(raw?.seen).filter((id) => typeof id === 'string');
  const { since, page, size } = raw ?? {};
  if (typeof since !== 'string' || !TIMESTAMP.test(since)) throw auth0Failure('rejected');
  if (!isWithin(page, 0, 1_000) || !isWithin(size, 1, largestSize)) throw auth0Failure('rejected');
  return { since, page, size, seen };
}

function isWithin(value: unknown, smallest: number, largest: number): value is number {
  return Number.isInteger(value) && Number(value) >= smallest && Number(value) <= largest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
