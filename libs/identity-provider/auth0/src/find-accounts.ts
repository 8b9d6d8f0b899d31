import { asList, externalIdOf, isExternalId, parseAccount, type Auth0Account } from './auth0-account.js';
import { auth0Failure, isGone } from './map-auth0-error.js';
import type { Operation } from './operation.js';

/** Strongly consistent, unlike the search. */
export async function findAccount(operation: Operation, externalId: string): Promise<Auth0Account | null> {
  if (!isExternalId(externalId)) return null;
  try {
    return parseAccount(await operation.read((client, settings) => client.users.get(externalId, {}, settings)));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** @throws IdentityProviderError `not_found` */
export async function getAccount(operation: Operation, externalId: string): Promise<Auth0Account> {
  const account = await findAccount(operation, externalId);
  if (!account) throw auth0Failure('not_found');
  return account;
}

/**
 * Strongly consistent, and byte by byte: database connections keep e-mails in lower case, other connections as they
 * came. Several connections can have an account of one e-mail.
 */
export async function findAccountsByEmail(operation: Operation, email: string): Promise<Auth0Account[]> {
  const found = new Map<string, Auth0Account>();
  for (const spelling of new Set([email.toLowerCase(), email])) {
    const answer: unknown = await operation.read((client, settings) => client.users.listUsersByEmail({ email: spelling }, settings));
    for (const account of asList(answer).map(parseAccount)) found.set(account.user.externalId, account);
  }
  return [...found.values()];
}

/**
 * By the id that our own creation gives, which is a mark by itself, else by the mark of an account with this e-mail
 * that was linked later.
 */
export async function findMarkedAccount(operation: Operation, userId: string, email: string): Promise<Auth0Account | null> {
  const own = await findAccount(operation, externalIdOf(userId));
  if (own && (own.user.userId ?? userId) === userId) return { ...own, user: { ...own.user, userId } };
  const others = await findAccountsByEmail(operation, email);
  return others.find(({ user }) => user.userId === userId) ?? null;
}
