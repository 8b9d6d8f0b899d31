import { IdentityProviderError, type IdentityProfile } from '@sa-platform/identity-provider';
import { findAccountsByEmail, getAccount } from './find-accounts.js';
import { auth0Failure } from './map-auth0-error.js';
import type { Operation } from './operation.js';

/**
 * The e-mail goes first and alone: Auth0 does not take it together with others, and refuses it most often. No mail
 * leaves: whether an e-mail is proved is decided here.
 */
export async function changeProfile(operation: Operation, externalId: string, connection: string, profile: IdentityProfile): Promise<void> {
  const { displayName: name, phone } = profile;
  await changeEmail(operation, externalId, connection, profile);
  if (name === undefined && phone === undefined) return;
  await operation.write((client, settings) => client.users.update(externalId, {
    ...(name === undefined ? {} : { name }),
    // A null deletes the key; an empty object would wipe everybody's.
    ...(phone === undefined ? {} : { user_metadata: { phone } }),
  }, settings));
}

async function changeEmail(operation: Operation, externalId: string, connection: string, profile: IdentityProfile): Promise<void> {
  const { email, emailVerified } = profile;
  if (email === undefined && emailVerified === undefined) return;
  const isSame = email !== undefined && emailVerified === undefined && await hasEmail(operation, externalId, email);
  if (isSame) return;
  try {
    await operation.write((client, settings) => client.users.update(externalId, {
      connection,
      ...(email === undefined ? {} : { email: email.toLowerCase(), verify_email: false }),
      email_verified: emailVerified ?? false,
    }, settings));
  } catch (error) {
    throw email !== undefined && isRefusal(error) ? await explain(operation, externalId, connection, email) : error;
  }
}

/** Writing the e-mail that is there already would make a proved one unproved. */
async function hasEmail(operation: Operation, externalId: string, email: string): Promise<boolean> {
  return (await getAccount(operation, externalId)).user.email.toLowerCase() === email.toLowerCase();
}

/** A taken e-mail and a malformed one are the same 400 with the same code. */
async function explain(operation: Operation, externalId: string, connection: string, email: string): Promise<IdentityProviderError> {
  const owners = await findAccountsByEmail(operation, email);
  const isTaken = owners.some(({ user, connections }) => user.externalId !== externalId && connections.includes(connection));
  return auth0Failure(isTaken ? 'conflict' : 'rejected');
}

function isRefusal(error: unknown): boolean {
  return error instanceof IdentityProviderError && error.failure === 'rejected';
}
