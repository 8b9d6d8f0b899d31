import type { Mail, MockMailStore, SealedMail, SentMail } from './mock-mail.js';
import type { SecretBox } from './secret-box.js';

const MAX_MAILS = 1_000;
const PAGE_SIZE = 50;
/** BIGINT ends there. */
const MAIL_ID = /^[1-9][0-9]{0,17}$/;

/** What the mailbox works with. */
export interface MailboxParts {
  mails: MockMailStore;
  box: SecretBox;
  canonicalEmail: (email: string) => string;
  now: () => number;
}

/** The newest mails, and where older ones begin. */
export interface MailPage {
  mails: SentMail[];
  /** The `before` of the next page; null when there is none. */
  olderThan: string | null;
}

/** The mails that the mock "sent": the newest 1,000, encrypted, for every replica to see. */
export class Mailbox {
  constructor(private readonly parts: MailboxParts) {}

  async deliver({ to, subject, text }: Mail): Promise<void> {
    const recipientKey = this.#keyOf(to);
    const sealed = this.parts.box.seal(JSON.stringify({ to, subject, text }), recipientKey);
    await this.parts.mails.insert({ recipientKey, sealed, sentAt: new Date(this.parts.now()).toISOString() });
    await this.parts.mails.trim(MAX_MAILS);
  }

  /** Null for an id that is none, and for a mail whose key is gone. */
  async find(id: string): Promise<SentMail | null> {
    const mail = MAIL_ID.test(id) ? await this.parts.mails.find(BigInt(id)) : null;
    return mail && this.#open(mail);
  }

  /** @param to null: everybody's; @param before the `olderThan` of the page before, or null */
  async list(to: string | null, before: string | null): Promise<MailPage> {
    const found = await this.parts.mails.list({
      recipientKey: to === null ? null : this.#keyOf(to),
      before: before !== null && MAIL_ID.test(before) ? BigInt(before) : null,
      limit: PAGE_SIZE + 1,
    });
    const shown = found.slice(0, PAGE_SIZE);
    const mails = shown.map((mail) => this.#open(mail)).filter((mail) => mail !== null);
    return { mails, olderThan: found.length > PAGE_SIZE ? String(shown.at(-1)?.id) : null };
  }

  /** Whoever is gone leaves no mails. */
  async forget(email: string): Promise<void> {
    await this.parts.mails.deleteTo(this.#keyOf(email));
  }

  #open({ id, recipientKey, sealed, sentAt }: SealedMail): SentMail | null {
    const text = this.parts.box.open(sealed, recipientKey);
    return text === null ? null : { ...(JSON.parse(text) as Mail), id: String(id), sentAt };
  }

  #keyOf(email: string): string {
    return this.parts.box.nameOf(`recipient ${canonicalOrTyped(email, this.parts.canonicalEmail)}`);
  }
}

function canonicalOrTyped(email: string, canonicalEmail: (email: string) => string): string {
  try {
    return canonicalEmail(email);
  } catch {
    return email.trim();
  }
}
