import type { MockAccount } from './mock-account.js';
import type { Mail } from './mock-mail.js';

/** "Dear Ada," or just "Hello," for somebody without a name. */
function greeting({ displayName }: MockAccount): string {
  return displayName === null ? 'Hello,' : `Hello ${displayName},`;
}

const mailTo = (account: MockAccount, subject: string, lines: string[]): Mail => ({
  to: account.email,
  subject,
  text: [greeting(account), '', ...lines, ''].join('\n'),
});

/** The only place where the temporary password is written down. */
export function invitationMail(account: MockAccount, temporaryPassword: string, signInUrl: string): Mail {
  return mailTo(account, 'You have been invited', [
    'an account has been made for you.',
    '',
    `Sign in at: ${signInUrl}`,
    `E-mail: ${account.email}`,
    `Temporary password: ${temporaryPassword}`,
    '',
    'You will be asked to choose a password of your own. The temporary one works for 7 days.',
    'If this is not your first invitation: only the newest one works.',
  ]);
}

export function resetMail(account: MockAccount, link: string): Mail {
  return mailTo(account, 'Choose a new password', [
    'a new password was asked for. Choose one here within the next hour:',
    '',
    link,
    '',
    'Until then your password stays as it is. Only the newest link works, and only once.',
    'If you did not ask for this, you don’t have to do anything.',
  ]);
}

export function verificationMail(account: MockAccount, link: string): Mail {
  return mailTo(account, 'Confirm your e-mail address', [
    'an account was created with this address. If it was you, confirm it within 24 hours:',
    '',
    link,
    '',
    'If it was not you, do nothing: without this the address proves nothing.',
  ]);
}

/** To somebody whose address was typed into the registration form once more: the form itself must not tell. */
export function existingAccountMail(account: MockAccount, signInUrl: string): Mail {
  return mailTo(account, 'You already have an account', [
    'somebody, probably you, tried to create an account with this address. You have one already.',
    '',
    `Sign in at: ${signInUrl}`,
    '',
    'If you don’t know the password any more, ask your administrator to reset it.',
  ]);
}
