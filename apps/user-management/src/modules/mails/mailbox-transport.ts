import type { MockIdentity } from '../identity/mock-identity.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';

/** Mails into the mock identity provider's mailbox, beside those it writes itself. */
export class MailboxTransport implements MailTransport {
  constructor(private readonly mock: MockIdentity) {}

  async send({ to, subject, text }: OutgoingMail): Promise<void> {
    await this.mock.issuer.deliver({ to, subject, text });
  }
}
