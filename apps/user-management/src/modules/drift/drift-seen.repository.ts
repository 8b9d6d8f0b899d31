import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** The accounts that a scan has come across: in the database, since there may be a million. */
@Injectable()
export class DriftSeenRepository {
  constructor(private readonly database: Database) {}

  /** An account may come twice: pages shift, and a phase may begin anew. */
  async insert(scanId: string, externalIds: string[]): Promise<void> {
    if (externalIds.length === 0) return;
    const data = [...new Set(externalIds)].map((externalId) => ({ scanId, externalId }));
    await this.database.client.driftSeen.createMany({ data, skipDuplicates: true });
  }

  /** Deletes so many, also what a scan that was given up has left: only one runs at a time. @returns whether some are left */
  async deleteSome(limit: number): Promise<boolean> {
    const rows = await this.database.client.driftSeen.findMany({ orderBy: [{ scanId: 'asc' }, { externalId: 'asc' }], take: limit });
    const scanId = rows[0]?.scanId;
    const last = rows.findLast((row) => row.scanId === scanId);
    if (scanId === undefined || last === undefined) return false;
    await this.database.client.driftSeen.deleteMany({ where: { scanId, externalId: { lte: last.externalId } } });
    return true;
  }
}
