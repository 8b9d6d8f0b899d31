import { getAccount } from './find-accounts.js';
import { isGone, isNotInPlan } from './map-auth0-error.js';
import type { Call, Operation } from './operation.js';

/**
 * Ends sessions and refresh tokens. Access tokens already issued stay valid until they expire, as at any issuer.
 *
 * @param isRequired false where the account is blocked anyway: a plan without these endpoints is no reason to fail
 */
export async function endSessions(operation: Operation, externalId: string, isRequired: boolean): Promise<void> {
  const calls: Call<void>[] = [
    (client, settings) => client.users.sessions.delete(externalId, settings),
    (client, settings) => client.users.refreshToken.delete(externalId, settings),
  ];
  for (const call of calls) {
    try {
      await operation.write(async (client, settings) => {
        await Promise.resolve(call(client, settings)).catch((error: unknown) => {
          if (isRequired || !isNotInPlan(error)) throw error;
        });
      });
    } catch (error) {
      if (!isGone(error)) throw error;
      // Nothing to end is fine; an account that does not exist is not.
      await getAccount(operation, externalId);
    }
  }
}
