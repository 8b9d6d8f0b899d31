import { http } from '../../api/client.js';
import type { AuditFilter } from './audit-search.js';
import { saveFile } from '../../shell/save-file.js';

export const EXPORT_FORMATS = ['jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const AUDIT_EXPORT = '/v1/user-management/admin/audit/export';

/**
 * Reads the file with the administrator's token, which a plain link would not have, and hands it to the browser.
 *
 * @param onBytes how much has come
 * @returns false when it was stopped
 */
export async function exportAudit(query: AuditFilter & { format: ExportFormat }, onBytes: (count: number) => void, signal: AbortSignal): Promise<boolean> {
  try {
    const { data } = await http.GET(AUDIT_EXPORT, { params: { query }, parseAs: 'stream', signal });
    if (!data) throw new Error('the answer is empty');
    saveFile(`audit.${query.format}`, await collect(data, onBytes));
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function collect(stream: ReadableStream<Uint8Array<ArrayBuffer>>, onBytes: (count: number) => void): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  for (let count = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(value);
    onBytes((count += value.length));
  }
}
