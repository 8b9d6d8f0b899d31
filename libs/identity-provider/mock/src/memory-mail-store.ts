import type { MailQuery, MockMailStore, SealedMail } from './mock-mail.js';

/** Mails in the process, for tests: gone when it ends, unseen by other replicas. */
export class MemoryMailStore implements MockMailStore {
  #mails: SealedMail[] = [];
  #last = 0n;

  insert(mail: Omit<SealedMail, 'id'>): Promise<void> {
    this.#last += 1n;
    this.#mails.unshift({ ...mail, id: this.#last });
    return Promise.resolve();
  }

  find(id: bigint): Promise<SealedMail | null> {
    return Promise.resolve(this.#mails.find((mail) => mail.id === id) ?? null);
  }

  list({ recipientKey, before, limit }: MailQuery): Promise<SealedMail[]> {
    const found = this.#mails.filter((mail) =>
      (recipientKey === null || mail.recipientKey === recipientKey) && (before === null || mail.id < before));
    return Promise.resolve(found.slice(0, limit));
  }

  deleteTo(recipientKey: string): Promise<void> {
    this.#mails = this.#mails.filter((mail) => mail.recipientKey !== recipientKey);
    return Promise.resolve();
  }

  trim(keep: number): Promise<void> {
    this.#mails.splice(keep);
    return Promise.resolve();
  }
}
