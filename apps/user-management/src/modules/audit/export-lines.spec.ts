import { describe, expect, it } from '@jest/globals';
import type { AuditEntryView } from '@sa-platform/contracts';
import { parse } from 'csv-parse/sync';
import { CSV_HEADER, toCsvLine, toJsonLine } from './export-lines.js';

const entry: AuditEntryView = {
  ...{ id: 'e1', organisation_id: null, sequence: 1, occurred_at: '2026-01-01T00:00:00.000Z', action: 'USER_UPDATED' },
  ...{ actor: { type: 'user', id: 'admin' }, impersonator_id: null, target: { type: 'user', id: '=HYPERLINK("x")' }, request_id: null },
  ...{ before: { status: 'active' }, after: null, personal: { before: { display_name: 'Zoë "Z", the\n2nd' }, after: null } },
  ...{ personal_digest: 'd', previous_hash: '0', hash: '1' },
};

describe('the lines of an export', () => {
  it('are JSON, one entry a line', () => {
    const line = toJsonLine(entry);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual(entry);
  });

  it('are CSV with a header, states as JSON, and no formulas', () => {
    const rows: Record<string, string>[] = parse(CSV_HEADER + toCsvLine(entry), { columns: true, record_delimiter: '\r\n' });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ organisation_id: '', sequence: '1', actor_type: 'user', actor_id: 'admin', target_id: '\'=HYPERLINK("x")' },
      ...{ before: '{"status":"active"}', after: '', personal_before: JSON.stringify(entry.personal?.before), personal_after: '' },
    });
  });
});
