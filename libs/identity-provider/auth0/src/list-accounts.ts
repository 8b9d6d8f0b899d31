import type { IdentityPage } from '@sa-platform/identity-provider';
import { asList, asObject, parseAccount, type Auth0Account } from './auth0-account.js';
import { decodeCursor, encodeCursor, type ListCursor } from './list-cursor.js';
import { auth0Failure } from './map-auth0-error.js';
import type { Operation } from './operation.js';

/** What public clouds allow; a tenant that allows less says so in its answer. */
const LARGEST_PAGE = 50;

/**
 * One page of a connection's accounts in order of creation. The search gives out the first 1,000 of a query and no
 * more, and its page numbers shift when an account is deleted. So each page asks anew for what was created since the
 * last account of the page before; page numbers serve only where one moment made more accounts than a page holds.
 */
export async function listAccounts(operation: Operation, connection: string, page: { cursor: string | null; limit: number }): Promise<IdentityPage> {
  if (!Number.isInteger(page.limit)) throw auth0Failure('rejected');
  const size = Math.min(Math.max(page.limit, 1), LARGEST_PAGE);
  const cursor = page.cursor === null ? { since: null, page: 0, size, seen: [] } : decodeCursor(page.cursor, size);
  const answer = await operation.read((client, settings) => client.users.list({
    q: `identities.connection:"${connection}" AND created_at:[${cursor.since ?? '*'} TO *]`,
    sort: 'created_at:1',
    page: cursor.page,
    per_page: cursor.size,
    include_totals: true,
    search_engine: 'v3',
  }, settings));
  const { accounts, isLast } = parsePage(answer.response);
  const fresh = accounts.filter(({ user }) => !cursor.seen.includes(user.externalId));
  const next = isLast ? null : encodeCursor(follow(cursor, accounts));
  return { users: fresh.map(({ user }) => user), nextCursor: next };
}

/** Names of the tenant's roles. Each fifty cost a request, so a thousand do not fit into one operation's deadline. */
export async function listRoleNames(operation: Operation): Promise<string[]> {
  const names: string[] = [];
  for (let page = 0, isLast = false; !isLast; page += 1) {
    const answer = await operation.read((client, settings) =>
      client.roles.list({ page, per_page: LARGEST_PAGE, include_totals: true }, settings));
    const roles = asList(asObject(answer.response)?.roles).map(asObject);
    names.push(...roles.flatMap((role) => (typeof role?.name === 'string' ? role.name : [])));
    isLast = roles.length === 0 || names.length >= Number(asObject(answer.response)?.total);
  }
  return [...new Set(names)].sort();
}

/** The tenant may give shorter pages than were asked for, so it is its counts that say whether this was the last. */
function parsePage(value: unknown): { accounts: Auth0Account[]; isLast: boolean } {
  const raw = asObject(value);
  const start = raw?.start;
  const total = raw?.total;
  if (!Array.isArray(raw?.users) || typeof start !== 'number' || typeof total !== 'number') throw auth0Failure('unavailable');
  const accounts = asList(raw.users).map(parseAccount);
  return { accounts, isLast: accounts.length === 0 || start + accounts.length >= total };
}

function follow(cursor: ListCursor, accounts: Auth0Account[]): ListCursor {
  const since = accounts.at(-1)?.createdAt ?? null;
  if (since === null) throw auth0Failure('unavailable');
  if (since === cursor.since) return { ...cursor, page: cursor.page + 1, seen: [] };
  const seen = accounts.filter(({ createdAt }) => createdAt === since).map(({ user }) => user.externalId);
  return { ...cursor, since, page: 0, seen };
}
