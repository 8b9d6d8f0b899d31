import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { MockIdentity } from '../identity/mock-identity.js';
import { MailboxTransport } from './mailbox-transport.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import { SmtpTransport } from './smtp-transport.js';

/** Sends mails the way that the configuration names. */
@Injectable()
export class MailSender implements OnModuleInit {
  private transport: MailTransport | null = null;

  constructor(
    private readonly config: Config,
    private readonly mock: MockIdentity,
  ) {}

  async onModuleInit(): Promise<void> {
    const settings = this.config.mail;
    if (settings?.transport === 'smtp') this.transport = await SmtpTransport.create(settings, settings.from);
    if (settings?.transport === 'mailbox') this.transport = new MailboxTransport(this.mock);
  }

  /** @throws Error when it was not sent, or may not have been */
  async send(mail: OutgoingMail): Promise<void> {
    if (this.transport === null) throw new Error('There is no way to send mails');
    await this.transport.send(mail);
  }
}
