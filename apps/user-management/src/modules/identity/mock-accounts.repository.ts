import { Injectable } from '@nestjs/common';
import type { IdentityClaims } from '@sa-platform/identity-provider';
import type { MockAccount, MockAccountStore } from '@sa-platform/identity-provider-mock';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';
import type { MockAccount as Row } from '../../platform/database/generated/postgresql/client.js';

/** The mock's accounts in our database: they survive a restart and every replica sees them. */
@Injectable()
export class MockAccountsRepository implements MockAccountStore {
  constructor(private readonly database: Database) {}

  async insert(account: MockAccount): Promise<boolean> {
    try {
      await this.database.client.mockAccount.create({ data: toRow(account), select: { subject: true } });
      return true;
    } catch (error) {
      if (violatedConstraint(error) === null) throw error;
      return false;
    }
  }

  async find(subject: string): Promise<MockAccount | null> {
    const row = await this.database.client.mockAccount.findUnique({ where: { subject } });
    return row && toAccount(row);
  }

  async findByEmail(emailCanonical: string): Promise<MockAccount | null> {
    const row = await this.database.client.mockAccount.findUnique({ where: { emailCanonical } });
    return row && toAccount(row);
  }

  async findByUserId(userId: string): Promise<MockAccount | null> {
    const row = await this.database.client.mockAccount.findUnique({ where: { userId } });
    return row && toAccount(row);
  }

  async update(subject: string, changes: Partial<Omit<MockAccount, 'subject'>>): Promise<boolean> {
    try {
      const { count } = await this.database.client.mockAccount.updateMany({ where: { subject }, data: toColumns(changes) });
      return count > 0;
    } catch (error) {
      if (violatedConstraint(error) === null) throw error;
      return false;
    }
  }

  async delete(subject: string): Promise<void> {
    await this.database.client.mockAccount.deleteMany({ where: { subject } });
  }

  async list(after: string | null, limit: number): Promise<MockAccount[]> {
    const rows = await this.database.client.mockAccount.findMany({
      where: after === null ? {} : { subject: { gt: after } },
      orderBy: { subject: 'asc' },
      take: limit,
    });
    return rows.map(toAccount);
  }
}

function toRow(account: MockAccount): Row {
  const { claims, sessionsValidFrom, createdAt, ...columns } = account;
  return {
    ...columns,
    claims: claims === null ? null : JSON.stringify(claims),
    sessionsValidFrom: new Date(sessionsValidFrom),
    createdAt: new Date(createdAt),
  };
}

function toColumns(changes: Partial<Omit<MockAccount, 'subject'>>): Partial<Omit<Row, 'subject'>> {
  const { claims, sessionsValidFrom, createdAt, ...columns } = changes;
  return {
    ...columns,
    ...(claims === undefined ? {} : { claims: claims === null ? null : JSON.stringify(claims) }),
    ...(sessionsValidFrom === undefined ? {} : { sessionsValidFrom: new Date(sessionsValidFrom) }),
    ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt) }),
  };
}

function toAccount(row: Row): MockAccount {
  return {
    ...row,
    claims: row.claims === null ? null : (JSON.parse(row.claims) as IdentityClaims),
    sessionsValidFrom: row.sessionsValidFrom.getTime(),
    createdAt: row.createdAt.toISOString(),
  };
}
