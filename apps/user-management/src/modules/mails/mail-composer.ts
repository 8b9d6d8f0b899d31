import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { canonicalEmail, isEmailAddress } from '../users/canonical-email.js';
import type { MailContent } from './mail-content.js';
import type { LeasedMail } from './mail-job.js';
import { MailRecipientsRepository, type MailRecipient } from './mail-recipients.repository.js';
import { approvalMail, MOST_COUNTED, registrationMail } from './mail-texts.js';
import type { OutgoingMail } from './mail-transport.js';

/** Writes a mail from what the database says when it is sent. */
@Injectable()
export class MailComposer {
  constructor(
    private readonly config: Config,
    private readonly recipients: MailRecipientsRepository,
  ) {}

  /**
   * @returns `unwanted` when there is nothing to tell any more, or nobody whom it concerns; `undeliverable` when what the
   * identity provider has told us for an address is none
   */
  async compose({ kind, userId, mailId }: LeasedMail): Promise<OutgoingMail | 'unwanted' | 'undeliverable'> {
    const recipient = await this.recipients.find(userId);
    if (recipient === null) return 'unwanted';
    const content = await this.write(kind, recipient);
    if (content === null) return 'unwanted';
    const to = [recipient.email.trim(), canonicalEmail(recipient.email)].find(isEmailAddress);
    return to === undefined ? 'undeliverable' : { id: mailId, to, ...content };
  }

  private async write(kind: LeasedMail['kind'], recipient: MailRecipient): Promise<MailContent | null> {
    const { publicUrl } = this.config.http;
    switch (kind) {
      case 'approved':
        return approvalMail(recipient, publicUrl);
      case 'registration_pending': {
        if (recipient.userType !== 'admin') return null;
        const waiting = await this.recipients.countPending(MOST_COUNTED);
        return waiting === 0 ? null : registrationMail(recipient, waiting, publicUrl);
      }
    }
  }
}
