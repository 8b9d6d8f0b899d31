import { generateTemporaryPassword } from '@sa-platform/identity-provider';
import { AT_CREATION, METADATA, parseAccount, type Auth0Account } from './auth0-account.js';
import { getAccount } from './find-accounts.js';
import type { Operation } from './operation.js';

/** Leaves the rest of the deadline for asserting a block again; in milliseconds. */
const PASSWORD_WRITE_MS = 1_200;

/**
 * Sets a temporary password that the post-login Action makes the person change.
 *
 * Auth0 lifts an administrator's block with any password write. So a block is read before and asserted again
 * afterwards, past everything that waits, also when nobody knows whether the write arrived. A status that closed the
 * account in between counts as well: somebody else may have blocked it after we looked.
 */
export async function replacePassword(operation: Operation, externalId: string, connection: string): Promise<string> {
  const before = await getAccount(operation, externalId);
  const password = generateTemporaryPassword();
  const written = await writePassword(operation, externalId, { connection, password });
  const isBlocked = before.user.blocked || (written.account !== null && isClosed(written.account));
  // Without an answer nobody knows what `last_password_reset` says now; the flag alone then denies every sign-in.
  const since = written.account && (written.account.lastPasswordReset ?? AT_CREATION);
  if (isBlocked || since !== null) {
    await operation.write((client, settings) => client.users.update(externalId, {
      ...(isBlocked ? { blocked: true } : {}),
      ...(since === null ? {} : { app_metadata: { [METADATA.temporaryPasswordAt]: since } }),
    }, settings), { lane: 'revocation' });
  }
  if (written.account === null) throw written.failure;
  return password;
}

type Written = { account: Auth0Account; failure: null } | { account: null; failure: unknown };

/** A failure is answered, not thrown, where the password may be set: a block has to be asserted then too. */
async function writePassword(operation: Operation, externalId: string, content: { connection: string; password: string }): Promise<Written> {
  try {
    const answer: unknown = await operation.write((client, settings) => client.users.update(externalId, {
      ...content,
      app_metadata: { [METADATA.mustChangePassword]: true, [METADATA.temporaryPasswordAt]: null },
    }, settings), { withinMs: PASSWORD_WRITE_MS });
    return { account: parseAccount(answer), failure: null };
  } catch (failure) {
    if (!operation.mayHaveHappened) throw failure;
    return { account: null, failure };
  }
}

function isClosed({ user }: Auth0Account): boolean {
  return user.claims?.status === 'suspended' || user.claims?.status === 'deactivated';
}
