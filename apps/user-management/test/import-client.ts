import { stringify } from 'csv-stringify/sync';
import { expect } from '@jest/globals';
import { ADMIN, unique } from './people.js';
import { until } from './poll.js';
import type { Answer, TestApp } from './test-app.js';

export const COLUMNS = ['email', 'display_name', 'user_type', 'organisation_id', 'role_key', 'product_ids', 'phone'] as const;
export type Row = Partial<Record<(typeof COLUMNS)[number], string>>;

const OVER = ['done', 'failed', 'cancelled'];

/** A row that creates somebody in `texas`, unless it says otherwise. */
export const row = (more: Row = {}): Row => ({
  email: `${unique('imported')}@example.com`,
  display_name: 'Imported Person',
  user_type: 'user',
  organisation_id: 'texas',
  role_key: 'BILLER',
  ...more,
});

export function csv(rows: Row[], columns: readonly string[] = COLUMNS): string {
  return stringify([[...columns], ...rows.map((cells) => columns.map((column) => cells[column as keyof Row] ?? ''))]);
}

/** Uploads files and waits for what comes of them. */
export class Importer {
  constructor(
    private readonly app: TestApp,
    private readonly who = ADMIN,
  ) {}

  async send(raw: string | Uint8Array<ArrayBuffer>, query = '', headers: Record<string, string> = {}): Promise<Answer> {
    const path = `admin/users/import?${new URLSearchParams({ delivery: 'none', ...Object.fromEntries(new URLSearchParams(query)) }).toString()}`;
    return this.app.request('POST', path, { token: await this.app.token(this.who), raw, headers: { 'content-type': 'text/csv', ...headers } });
  }

  /** Uploads, and waits until it is over. */
  async run(rows: Row[] | string, query = ''): Promise<Answer['body']> {
    const answer = await this.send(typeof rows === 'string' ? rows : csv(rows), query);
    if (answer.status !== 202) throw new Error(answer.text);
    return this.whenOver(String(answer.body.import_id));
  }

  async whenOver(importId: string, patienceMs = 60_000): Promise<Answer['body']> {
    return until(() => this.view(importId), (view) => OVER.includes(view.state), patienceMs);
  }

  async view(importId: string): Promise<Answer['body']> {
    const { status, body } = await this.app.as(this.who, 'GET', `admin/imports/${importId}`);
    expect(status).toBe(200);
    return body;
  }

  /** `line field reason` of each row that failed. */
  async faults(importId: string): Promise<string[]> {
    const { body } = await this.app.as(this.who, 'GET', `admin/imports/${importId}/rows?state=failed&limit=100`);
    return body.items.map(({ line, field, reason }: { line: number; field: string; reason: string }) => `${line} ${field} ${reason}`);
  }
}
