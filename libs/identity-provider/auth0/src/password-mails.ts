import type { Auth0Options } from './auth0-options.js';
import { asObject, type Auth0Account } from './auth0-account.js';
import { auth0Failure, mapStatus } from './map-auth0-error.js';
import type { Operation } from './operation.js';

/** A link with which a person sets their password. Whoever has it can do so: it belongs into a mail to `email` alone. */
export interface PasswordTicket {
  kind: 'invitation' | 'reset';
  email: string;
  displayName: string | null;
  url: string;
}

/**
 * `auth0_mail`: Auth0 sends its "change password" mail, at most ten at once and then one a minute for each e-mail;
 * `clientId` names the application whose name and links it shows (default: the machine-to-machine application, which
 * has to be enabled for the connection anyway). `ticket`: Auth0 makes a link, and `send` mails it.
 */
export type PasswordMails =
  | { kind: 'auth0_mail'; clientId?: string }
  | { kind: 'ticket'; send: (ticket: PasswordTicket) => Promise<void>; resultUrl?: string };

/** The mail with which a person sets a password, for the first time or again. */
export async function sendPasswordMail(
  operation: Operation,
  options: Auth0Options,
  account: Pick<Auth0Account, 'user'>,
  kind: PasswordTicket['kind'],
): Promise<void> {
  const mails = options.passwordMails ?? { kind: 'auth0_mail' };
  if (mails.kind === 'auth0_mail') {
    await askAuth0ToMail(operation, options, mails.clientId ?? options.clientId, account.user.email);
    return;
  }
  const url = await makeTicket(operation, account.user.externalId, mails.resultUrl);
  const { email, displayName } = account.user;
  await operation.attempt(() => mails.send({ kind, email, displayName, url }));
}

/** Not part of the Management API: neither its token nor its limit counts, and a 429 is about this e-mail alone. */
async function askAuth0ToMail(operation: Operation, options: Auth0Options, clientId: string, email: string): Promise<void> {
  await operation.attempt(async () => {
    const answer = await operation.gateway.fetch(`https://${options.domain}/dbconnections/change_password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: clientId, email, connection: options.connection }),
      signal: operation.signal,
    });
    await answer.body?.cancel();
    if (!answer.ok) throw mapStatus(answer.status, 'write', answer.headers);
  });
}

/** The newest ticket makes older ones worthless. Its link goes to the e-mail alone, so following it proves the e-mail. */
async function makeTicket(operation: Operation, externalId: string, resultUrl: string | undefined): Promise<string> {
  const answer: unknown = await operation.write((client, settings) => client.tickets.changePassword({
    user_id: externalId,
    mark_email_as_verified: true,
    ...(resultUrl === undefined ? {} : { result_url: resultUrl }),
  }, settings));
  const ticket = asObject(answer)?.ticket;
  if (typeof ticket !== 'string') throw auth0Failure('unavailable');
  return ticket;
}
