import { describe, expect, it } from '@jest/globals';
import { COLUMNS } from './import-columns.js';
import type { ImportRowsRepository, ReceivedRow } from './import-rows.repository.js';
import { ImportUpload, MOST_ROWS, type Received } from './import-upload.js';
import type { ImportsRepository } from './imports.repository.js';

const UPLOAD = { importId: 'an-import', leaseId: 'a-lease', isDryRun: false };
const LINE = Buffer.from('a@example.com,Name,user,texas,BILLER,,\r\n');

/** What has been kept, in place of a table. */
class Rows {
  readonly kept: ReceivedRow[] = [];
  mostAtOnce = 0;

  insertAll(_importId: string, rows: ReceivedRow[]): Promise<void> {
    this.kept.push(...rows);
    this.mostAtOnce = Math.max(this.mostAtOnce, rows.length);
    return Promise.resolve();
  }
}

async function* fileOf(rows: number): AsyncGenerator<Buffer> {
  yield Buffer.from(`${COLUMNS.join(',')}\r\n`);
  for (let left = rows; left > 0; left -= 1_000) yield await Promise.resolve(Buffer.concat(Array.from({ length: Math.min(left, 1_000) }, () => LINE)));
}

function receive(rows: Rows, count: number): Promise<Received> {
  const imports = { renewLease: () => Promise.resolve(true) };
  return new ImportUpload(imports as unknown as ImportsRepository, rows as unknown as ImportRowsRepository).receive(UPLOAD, fileOf(count));
}

describe('an upload', () => {
  it('takes the most rows that a file may have, a thousand at a time, each with its line', async () => {
    const rows = new Rows();
    expect(await receive(rows, MOST_ROWS)).toMatchObject({ rowCount: MOST_ROWS, failed: 0 });
    expect(rows.kept).toHaveLength(MOST_ROWS);
    expect(rows.kept.at(-1)?.line).toBe(MOST_ROWS + 1);
    expect(rows.mostAtOnce).toBe(1_000);
  });

  it('is refused with one row more', async () => {
    await expect(receive(new Rows(), MOST_ROWS + 1)).rejects.toMatchObject({ code: 'request.too_large' });
  });
});
