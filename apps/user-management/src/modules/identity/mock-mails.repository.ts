import { Injectable } from '@nestjs/common';
import type { MailQuery, MockMailStore, SealedMail } from '@sa-platform/identity-provider-mock';
import { Database } from '../../platform/database/database.js';
import type { MockMail as Row } from '../../platform/database/generated/postgresql/client.js';

/** The mock's mails in our database, encrypted before they come here. */
@Injectable()
export class MockMailsRepository implements MockMailStore {
  constructor(private readonly database: Database) {}

  async insert({ recipientKey, sealed, sentAt }: Omit<SealedMail, 'id'>): Promise<void> {
    await this.database.client.mockMail.create({ data: { recipientKey, sealed, sentAt: new Date(sentAt) }, select: { id: true } });
  }

  async find(id: bigint): Promise<SealedMail | null> {
    const row = await this.database.client.mockMail.findUnique({ where: { id } });
    return row && toMail(row);
  }

  async list({ recipientKey, before, limit }: MailQuery): Promise<SealedMail[]> {
    const rows = await this.database.client.mockMail.findMany({
      where: { ...(recipientKey === null ? {} : { recipientKey }), ...(before === null ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(toMail);
  }

  async deleteTo(recipientKey: string): Promise<void> {
    await this.database.client.mockMail.deleteMany({ where: { recipientKey } });
  }

  async trim(keep: number): Promise<void> {
    const newestSurplus = await this.database.client.mockMail.findFirst({ orderBy: { id: 'desc' }, skip: keep, select: { id: true } });
    if (newestSurplus) await this.database.client.mockMail.deleteMany({ where: { id: { lte: newestSurplus.id } } });
  }
}

function toMail({ id, recipientKey, sealed, sentAt }: Row): SealedMail {
  return { id, recipientKey, sealed, sentAt: sentAt.toISOString() };
}
