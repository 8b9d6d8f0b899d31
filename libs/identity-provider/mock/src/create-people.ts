import { AccountDirectory } from './account-directory.js';
import { Mailbox } from './mailbox.js';
import type { MockOptions } from './mock-options.js';
import { originsOf } from './oidc-clients.js';
import { PasswordChanges } from './password-changes.js';
import { Registrations } from './registrations.js';
import { SecretBox } from './secret-box.js';
import { SignInLimit } from './sign-in-limit.js';

/** All that the mock knows about accounts, whoever asks: the port or a page. */
export interface People {
  directory: AccountDirectory;
  limit: SignInLimit;
  mailbox: Mailbox;
  passwords: PasswordChanges;
  registrations: Registrations;
  signInUrl: string;
}

/** Puts it together over the stores. */
export function createPeople(options: MockOptions): People {
  const { issuer, accounts, mails, canonicalEmail, now = Date.now } = options;
  const box = new SecretBox(options.signingKeys);
  const signInUrl = options.signInUrl ?? originsOf(options.clients.flatMap((client) => client.redirectUris))[0] ?? issuer;
  const limit = new SignInLimit(options.signInFailures, box, now);
  const mailbox = new Mailbox({ mails, box, canonicalEmail, now });
  const directory = new AccountDirectory({ accounts, canonicalEmail, limit, now });
  const shared = { accounts, directory, mailbox, canonicalEmail, signInUrl, issuer, now };
  return {
    directory,
    limit,
    mailbox,
    passwords: new PasswordChanges({ ...shared, limit }),
    registrations: new Registrations(shared),
    signInUrl,
  };
}
