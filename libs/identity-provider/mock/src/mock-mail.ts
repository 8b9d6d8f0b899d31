/** What is to be sent. */
export interface Mail {
  to: string;
  subject: string;
  /** Plain text; addresses in it become links on the mailbox page. */
  text: string;
}

/** A mail in the mailbox. */
export interface SentMail extends Mail {
  id: string;
  /** ISO 8601 in UTC. */
  sentAt: string;
}

/** A mail as it is stored: nothing of it can be read without the signing key. */
export interface SealedMail {
  /** Rises with every mail. */
  id: bigint;
  /** A keyed hash of whom it is for. */
  recipientKey: string;
  sealed: string;
  /** ISO 8601 in UTC. */
  sentAt: string;
}

/** Which mails, from the newest on. */
export interface MailQuery {
  /** Null: everybody's. */
  recipientKey: string | null;
  /** Only mails older than this one; null: from the newest. */
  before: bigint | null;
  limit: number;
}

/** Where mails are kept. The app implements it over its database; `MemoryMailStore` serves tests. */
export interface MockMailStore {
  insert(mail: Omit<SealedMail, 'id'>): Promise<void>;
  find(id: bigint): Promise<SealedMail | null>;
  /** Newest first. */
  list(query: MailQuery): Promise<SealedMail[]>;
  deleteTo(recipientKey: string): Promise<void>;
  /** Keeps the newest. */
  trim(keep: number): Promise<void>;
}
