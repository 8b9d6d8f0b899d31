import type { MailContent } from './mail-content.js';

export interface OutgoingMail extends MailContent {
  /** The same each time this mail is sent. */
  id: string;
  /** One address. */
  to: string;
}

/** A way to send mails. */
export interface MailTransport {
  /** @throws Error when it was not sent, or may not have been */
  send(mail: OutgoingMail): Promise<void>;
}
