import type { UserType } from '@sa-platform/contracts';
import { composeMail, type MailContent } from './mail-content.js';
import type { MailRecipient } from './mail-recipients.repository.js';

/** Counting goes no further: nobody needs to know how many more. */
export const MOST_COUNTED = 1_000;

const WELCOME: Readonly<Record<UserType, string>> = {
  clinician:
    'Welcome as a clinician. Which cases you see depends on the organisations that you are a member of. Please keep your'
    + ' registration with your council up to date with your administrator.',
  admin:
    'Welcome as a platform administrator. You can see and change who may do what in every organisation, so please use your'
    + ' own account only, and never lend it.',
  patient: 'Welcome. You can now use what your clinic offers to its patients here.',
  user:
    'Welcome. You can now use what your organisation has given you access to. If something is missing, please ask its'
    + ' administrator.',
};

/** What somebody reads who was let in. */
export function approvalMail({ displayName, userType }: MailRecipient, publicUrl: string): MailContent {
  return composeMail({
    subject: 'Your account is active',
    name: displayName,
    paragraphs: ['Your account has been approved.', WELCOME[userType]],
    link: { label: 'Go on', url: publicUrl },
  });
}

/**
 * What an administrator reads while people wait. It tells how many and not who: names are what strangers typed, and what is
 * in a mailbox can't be erased.
 */
export function registrationMail({ displayName }: MailRecipient, waiting: number, publicUrl: string): MailContent {
  const people = countOf(waiting);
  return composeMail({
    subject: `${people} for approval`,
    name: displayName,
    paragraphs: [
      `${people} for an administrator to let them in. Until then they can do nothing.`,
      'You get this because you are a platform administrator, and no more than once in 15 minutes.',
    ],
    link: { label: 'Look at who waits', url: publicUrl },
  });
}

function countOf(waiting: number): string {
  if (waiting >= MOST_COUNTED) return '1,000 people or more wait';
  return waiting === 1 ? '1 person waits' : `${waiting} people wait`;
}
