import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { violatedConstraint } from '../database/database-errors.js';
import { Prisma } from '../database/generated/postgresql/client.js';
import type { IdempotencyKey } from '../database/generated/postgresql/client.js';

export interface StoredAnswer {
  status: number;
  body: string;
  etag: string | null;
}

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<IdempotencyKey | null> {
    return this.database.client.idempotencyKey.findUnique({ where: { id } });
  }

  /** @returns false when somebody has the key */
  async claim(id: string, requestHash: string, lockedUntil: Date, expiresAt: Date): Promise<boolean> {
    try {
      await this.database.client.idempotencyKey.create({ data: { id, requestHash, lockedUntil, expiresAt }, select: { id: true } });
      return true;
    } catch (error) {
      if (violatedConstraint(error) === null) throw error;
      return false;
    }
  }

  /** Takes over a claim whose holder died before it answered, or whose answer has expired. */
  async takeOver(key: IdempotencyKey, requestHash: string, lockedUntil: Date, expiresAt: Date): Promise<boolean> {
    const { count } = await this.database.client.idempotencyKey.updateMany({
      where: { id: key.id, lockedUntil: key.lockedUntil, responseStatus: key.responseStatus },
      data: { requestHash, lockedUntil, expiresAt, responseStatus: null, responseBody: null, responseEtag: null },
    });
    return count === 1;
  }

  async store(id: string, { status, body, etag }: StoredAnswer): Promise<void> {
    await this.database.client.idempotencyKey.update({
      where: { id },
      data: { responseStatus: status, responseBody: body, responseEtag: etag },
      select: { id: true },
    });
  }

  async release(id: string): Promise<void> {
    await this.database.client.idempotencyKey.deleteMany({ where: { id, responseStatus: null } });
  }

  async deleteExpired(now: Date): Promise<number> {
    return this.database.client.$executeRaw(Prisma.sql`DELETE FROM idempotency_keys WHERE expires_at < ${now}`);
  }
}
