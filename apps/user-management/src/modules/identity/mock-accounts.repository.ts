import { Injectable } from '@nestjs/common';
import type { IdentityClaims } from '@sa-platform/identity-provider';
import type { AccountChanges, AccountCondition, LinkKind, MockAccount, MockAccountStore } from '@sa-platform/identity-provider-mock';
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

  async findByLink(kind: LinkKind, tokenHash: string): Promise<MockAccount | null> {
    const where = kind === 'reset' ? { resetTokenHash: tokenHash } : { verifyTokenHash: tokenHash };
    const row = await this.database.client.mockAccount.findUnique({ where });
    return row && toAccount(row);
  }

  async update(subject: string, changes: AccountChanges, still: AccountCondition = {}): Promise<boolean> {
    try {
      const data = toColumns(changes);
      const { count } = await this.database.client.mockAccount.updateMany({ where: { ...still, subject }, data });
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
  const { claims, sessionsValidFrom, createdAt, temporaryPasswordExpiresAt, resetTokenExpiresAt, verifyTokenExpiresAt, ...columns } = account;
  return {
    ...columns,
    claims: toText(claims),
    sessionsValidFrom: new Date(sessionsValidFrom),
    createdAt: new Date(createdAt),
    temporaryPasswordExpiresAt: toDate(temporaryPasswordExpiresAt),
    resetTokenExpiresAt: toDate(resetTokenExpiresAt),
    verifyTokenExpiresAt: toDate(verifyTokenExpiresAt),
  };
}

/** What is left out stays left out: only what changes is written. */
function toColumns(changes: AccountChanges): Partial<Omit<Row, 'subject'>> {
  const { claims, sessionsValidFrom, createdAt, temporaryPasswordExpiresAt, resetTokenExpiresAt, verifyTokenExpiresAt, ...columns } = changes;
  return {
    ...columns,
    ...(claims === undefined ? {} : { claims: toText(claims) }),
    ...(sessionsValidFrom === undefined ? {} : { sessionsValidFrom: new Date(sessionsValidFrom) }),
    ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt) }),
    ...(temporaryPasswordExpiresAt === undefined ? {} : { temporaryPasswordExpiresAt: toDate(temporaryPasswordExpiresAt) }),
    ...(resetTokenExpiresAt === undefined ? {} : { resetTokenExpiresAt: toDate(resetTokenExpiresAt) }),
    ...(verifyTokenExpiresAt === undefined ? {} : { verifyTokenExpiresAt: toDate(verifyTokenExpiresAt) }),
  };
}

function toAccount(row: Row): MockAccount {
  return {
    ...row,
    claims: row.claims === null ? null : (JSON.parse(row.claims) as IdentityClaims),
    sessionsValidFrom: row.sessionsValidFrom.getTime(),
    createdAt: row.createdAt.toISOString(),
    temporaryPasswordExpiresAt: toIso(row.temporaryPasswordExpiresAt),
    resetTokenExpiresAt: toIso(row.resetTokenExpiresAt),
    verifyTokenExpiresAt: toIso(row.verifyTokenExpiresAt),
  };
}

const toText = (claims: IdentityClaims | null) => (claims === null ? null : JSON.stringify(claims));
const toDate = (iso: string | null) => (iso === null ? null : new Date(iso));
const toIso = (date: Date | null) => (date === null ? null : date.toISOString());
