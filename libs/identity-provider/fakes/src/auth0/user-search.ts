import type { FakeAnswer } from '../fake-server.js';
import { refusal } from './auth0-answers.js';
import type { Auth0Account } from './auth0-users.js';
import { shown } from './users-api.js';

/** No page of a search reaches beyond this many. */
const SEARCH_LIMIT = 1000;
const CONNECTION = /^identities\.connection:"([^"]+)"$/;
const CREATED_AT = /^created_at:([[{])(\S+) TO (\S+)([\]}])$/;

type Filter = (account: Auth0Account) => boolean;

/** `GET /users`: a part of Lucene's syntax that our adapter could use, sorted by `created_at`. */
export function search(accounts: Auth0Account[], query: URLSearchParams, pageLimit: number): FakeAnswer {
  const filter = parseQuery(query.get('q') ?? '');
  if (!filter || (query.get('sort') ?? 'created_at:1') !== 'created_at:1') {
    return refusal(400, 'Invalid query', 'invalid_query_string');
  }
  const { page, perPage } = readPaging(query, pageLimit);
  if ((page + 1) * perPage > SEARCH_LIMIT) return refusal(400, 'You can only page through the first 1000 records', 'invalid_paging');
  const found = accounts.filter(filter).sort(byCreation);
  const users = found.slice(page * perPage, (page + 1) * perPage).map(shown);
  const counts = { start: page * perPage, limit: perPage, length: users.length, total: found.length };
  return { status: 200, body: query.get('include_totals') === 'true' ? { ...counts, users } : users };
}

/** Asking for more than the limit is not refused: the page is simply shorter. */
export function readPaging(query: URLSearchParams, pageLimit: number): { page: number; perPage: number } {
  const perPage = Number(query.get('per_page') ?? pageLimit / 2);
  return { page: Number(query.get('page') ?? 0), perPage: Math.min(Math.max(1, perPage), pageLimit) };
}

/** Null for what the fake does not understand. */
function parseQuery(query: string): Filter | null {
  const filters = query === '' ? [] : query.split(' AND ').map((clause) => parseConnection(clause) ?? parseCreation(clause));
  return filters.includes(null) ? null : (account) => filters.every((filter) => filter?.(account));
}

function parseConnection(clause: string): Filter | null {
  const name = CONNECTION.exec(clause)?.[1];
  return name === undefined ? null : ({ connection }) => connection === name;
}

function parseCreation(clause: string): Filter | null {
  const [, open, from = '', to = '', close] = CREATED_AT.exec(clause) ?? [];
  if (open === undefined) return null;
  return ({ created_at: at }) => {
    const isAfter = from === '*' || (open === '[' ? at >= from : at > from);
    return isAfter && (to === '*' || (close === ']' ? at <= to : at < to));
  };
}

function byCreation(a: Auth0Account, b: Auth0Account): number {
  return a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.user_id < b.user_id ? -1 : 1;
}
