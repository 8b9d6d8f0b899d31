import type { IdentityPage } from '@sa-platform/identity-provider';
import { rejected } from './account-input.js';
import { fromList, toPort } from './account-lookup.js';
import type { Operation } from './operation.js';

const LARGEST_PAGE = 60;
const CURSOR = /^(\d{1,2})\.(\S{1,8192})$/;

/**
 * One page of the pool. Cognito answers fewer accounts than asked for as it likes, none included. Its token lives for an
 * hour and fits the size it was given out for, so the cursor carries both; another size is refused here.
 */
export async function listUsers(operation: Operation, page: { cursor: string | null; limit: number }): Promise<IdentityPage> {
  if (!Number.isInteger(page.limit)) throw rejected('the limit is not a whole number');
  const limit = Math.min(Math.max(page.limit, 1), LARGEST_PAGE);
  const input = { UserPoolId: operation.userPoolId, Limit: limit, PaginationToken: tokenOf(page.cursor, limit) };
  const answer = await operation.call('ListUsers', (client, options) => client.listUsers(input, options));
  return {
    users: (answer.Users ?? []).map((user) => toPort(fromList(user))),
    nextCursor: answer.PaginationToken === undefined ? null : `${limit}.${answer.PaginationToken}`,
  };
}

function tokenOf(cursor: string | null, limit: number): string | undefined {
  if (cursor === null) return undefined;
  const [, size, token] = CURSOR.exec(cursor) ?? [];
  if (token === undefined || Number(size) !== limit) throw rejected('the cursor is not valid');
  return token;
}
