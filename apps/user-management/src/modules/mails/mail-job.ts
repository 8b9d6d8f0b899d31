/** What a user is mailed about. */
export type MailKind = 'registration_pending' | 'approved';

/** A mail that is to be sent, in the hands of one replica. */
export interface LeasedMail {
  kind: MailKind;
  userId: string;
  /** Rises with every request; an attempt that saw an older one is not the last. */
  revision: number;
  /** The same for each attempt at the mail. */
  mailId: string;
  attempts: number;
  /** Why the last attempt failed. */
  error: string | null;
  leaseId: string;
  /** Nobody would know any more what it is about. */
  isTooOld: boolean;
}

export type DueMail = Pick<LeasedMail, 'kind' | 'userId'>;

/** How many mails wait for the relay, or were given up. */
export interface MailCount {
  kind: MailKind;
  state: 'due' | 'failed';
  count: number;
}

/** An administrator is told of registrations no more often than so: a flood of them fills no mailbox. */
export const REGISTRATION_PAUSE_MS = 15 * 60_000;
