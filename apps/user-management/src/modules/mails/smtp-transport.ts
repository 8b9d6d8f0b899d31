import type { SMTPSentMessageInfo, SMTPTransportOptions, Transporter } from 'nodemailer';
import type { MailAddress, SmtpSettings } from '../../platform/config/mail-settings.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';

/** All of it, from the connection to the relay's last word: shorter than the lease of a mail. */
const DEADLINE_MS = 20_000;
const CONNECTION_MS = 5_000;
const SILENCE_MS = 10_000;

/** Mails through a relay, each over a connection of its own. */
export class SmtpTransport implements MailTransport {
  private constructor(
    private readonly transporter: Transporter<SMTPSentMessageInfo, SMTPTransportOptions>,
    private readonly from: MailAddress,
  ) {}

  static async create(settings: SmtpSettings, from: MailAddress): Promise<SmtpTransport> {
    const { createTransport } = await import('nodemailer');
    const options: SMTPTransportOptions = {
      host: settings.host,
      port: settings.port,
      secure: settings.isSecure,
      requireTLS: settings.requiresTls,
      ignoreTLS: settings.isLocal,
      ...(settings.credentials === null ? {} : { auth: settings.credentials }),
      dnsTimeout: CONNECTION_MS,
      connectionTimeout: CONNECTION_MS,
      greetingTimeout: CONNECTION_MS,
      socketTimeout: SILENCE_MS,
      // Its log holds addresses, and what is said to sign in.
      logger: false,
      debug: false,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    return new SmtpTransport(createTransport(options), from);
  }

  async send({ id, to, subject, text, html }: OutgoingMail): Promise<void> {
    await this.transporter.sendMail({
      messageId: `<${id}@${this.from.address.replace(/^.*@/, '')}>`,
      from: this.from,
      // As an object it is one address, whatever stands in it.
      to: { name: '', address: to },
      subject,
      text,
      html,
      // No out-of-office note comes back (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  }
}
