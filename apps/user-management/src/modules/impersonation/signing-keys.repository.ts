import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Prisma } from '../../platform/database/generated/postgresql/client.js';

export interface PublishedKey {
  kid: string;
  publicJwk: object;
  usedUntil: Date;
  expiresAt: Date;
}

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly database: Database) {}

  /** Those that are there already stay as they are. */
  async insertMissing(keys: PublishedKey[]): Promise<void> {
    const createdAt = new Date();
    const data = keys.map(({ publicJwk, ...key }) => ({ ...key, publicJwk: JSON.stringify(publicJwk), createdAt }));
    await this.database.client.signingKey.createMany({ data, skipDuplicates: true });
  }

  /** The public halves of those whose tokens may be valid, of every replica, dead ones too. */
  async listPublic(): Promise<object[]> {
    const rows = await this.database.client.$queryRaw<{ public_jwk: string }[]>(
      Prisma.sql`SELECT public_jwk FROM signing_keys WHERE expires_at > ${this.database.now} ORDER BY created_at, kid`,
    );
    return rows.map((row) => JSON.parse(row.public_jwk) as object);
  }

  async deleteExpired(): Promise<void> {
    await this.database.client.$executeRaw(Prisma.sql`DELETE FROM signing_keys WHERE expires_at <= ${this.database.now}`);
  }
}
