import { createHash, hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import { canonicalEmail } from '../users/canonical-email.js';
import { readCsv, type CsvRecord } from './csv-records.js';
import { readHeader, requireHeader, type Header } from './import-columns.js';
import { ImportRowsRepository, type ReceivedRow } from './import-rows.repository.js';
import { ImportsRepository } from './imports.repository.js';

export const MOST_ROWS = 100_000;
export const MOST_BYTES = 32 * 1024 * 1024;
/** An upload that nobody renews is abandoned after that long. */
export const UPLOAD_LEASE_MS = 30_000;
const RENEW_EVERY_MS = 5_000;
const ROWS_AT_ONCE = 1_000;

export interface Upload {
  importId: string;
  leaseId: string;
  /** A dry run finds earlier rows of the same person by a digest of their address. */
  isDryRun: boolean;
}

export interface Received {
  rowCount: number;
  /** Rows that are none of this file's. */
  failed: number;
  /** SHA-256 of the file. */
  digest: string;
}

/** Puts a file into the table of rows while it comes in; nothing is validated yet but that it is a file of ours. */
@Injectable()
export class ImportUpload {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly rows: ImportRowsRepository,
  ) {}

  /** @throws AppError 400 or 413 for what is no such file, 408 when it comes too slowly */
  async receive(upload: Upload, pieces: AsyncIterable<Buffer>): Promise<Received> {
    const digest = createHash('sha256');
    const received = { rowCount: 0, failed: 0 };
    let header: Header | null = null;
    let batch: ReceivedRow[] = [];
    for await (const record of readCsv(this.watch(upload, pieces, (piece) => digest.update(piece)))) {
      if (header === null) {
        header = readHeader(record.cells);
        continue;
      }
      if (++received.rowCount > MOST_ROWS) throw new AppError('request.too_large', `A file has at most ${MOST_ROWS} rows`);
      const row = toRow(record, header, upload.isDryRun);
      if (row.fault !== null) received.failed += 1;
      batch.push(row);
      if (batch.length === ROWS_AT_ONCE) {
        await this.rows.insertAll(upload.importId, batch);
        batch = [];
      }
    }
    requireHeader(header);
    if (batch.length > 0) await this.rows.insertAll(upload.importId, batch);
    return { ...received, digest: digest.digest('hex') };
  }

  /** Keeps the lease while the client sends, also while it sends one long row. */
  private async *watch({ importId, leaseId }: Upload, pieces: AsyncIterable<Buffer>, see: (piece: Buffer) => void): AsyncGenerator<Buffer> {
    let renewAt = performance.now() + RENEW_EVERY_MS;
    for await (const piece of pieces) {
      see(piece);
      if (performance.now() > renewAt) {
        if (!(await this.imports.renewLease(importId, leaseId, UPLOAD_LEASE_MS))) throw new AppError('database.conflict');
        renewAt = performance.now() + RENEW_EVERY_MS;
      }
      yield piece;
    }
  }
}

function toRow({ line, cells }: CsvRecord, { width, places }: Header, isDryRun: boolean): ReceivedRow {
  if (cells.length !== width) {
    const message = `has ${cells.length} cells, the header has ${width}`;
    return { line, cells: null, emailKey: null, fault: { field: 'row', reason: 'request.invalid', message } };
  }
  const values = places.map((place) => cells[place] ?? '');
  return { line, cells: values, emailKey: isDryRun ? emailKeyOf(values) : null, fault: null };
}

/** @param cells in the order of `COLUMNS` */
export function emailKeyOf(cells: readonly string[]): string {
  return hash('sha256', canonicalEmail(cells[0] ?? ''));
}
