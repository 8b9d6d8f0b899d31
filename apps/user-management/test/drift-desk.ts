import type { DriftItemView, DriftRepairView, DriftScanView } from '../src/modules/drift/drift.dto.js';
import { prismaOf } from './people.js';
import { until } from './poll.js';
import type { Answer, TestApp } from './test-app.js';

const PATIENCE_MS = 50_000;

type Ask = (method: string, path: string, json?: unknown) => Promise<Answer>;

/** The drift pages as a platform admin works with them. */
export class DriftDesk {
  constructor(
    private readonly app: TestApp,
    readonly ask: Ask,
  ) {}

  /** Asks for a scan and waits for its end. */
  async scan(): Promise<DriftScanView> {
    return this.waitForScan(await this.startScan());
  }

  async startScan(): Promise<string> {
    const { body } = await this.must('POST', 'admin/identity/drift/scan');
    return String(body.scan_id);
  }

  waitForScan(id: string): Promise<DriftScanView> {
    const path = `admin/identity/drift/scans/${id}`;
    return until(async () => (await this.must('GET', path)).body as DriftScanView, ({ state }) => state !== 'running', PATIENCE_MS);
  }

  /** Everything that the last scan, or this one, has found. */
  async items(query = ''): Promise<DriftItemView[]> {
    const items: DriftItemView[] = [];
    for (;;) {
      const { body } = await this.must('GET', `admin/identity/drift?limit=100&offset=${items.length}${query}`);
      items.push(...(body.items as DriftItemView[]));
      if (items.length >= body.total) return items;
    }
  }

  repair(id: string, direction: 'push' | 'pull'): Promise<Answer> {
    return this.ask('POST', `admin/identity/drift/${id}/repair`, { direction });
  }

  /** Has all of them repaired and waits for the end. */
  async repairAll(direction: 'push' | 'pull', kind?: string): Promise<DriftRepairView> {
    const { body } = await this.must('POST', 'admin/identity/drift/repair', { direction, ...(kind === undefined ? {} : { kind }) });
    const path = `admin/identity/drift/repairs/${String(body.repair_id)}`;
    return until(async () => (await this.must('GET', path)).body as DriftRepairView, ({ state }) => state !== 'running', PATIENCE_MS);
  }

  /** Waits until nothing is left to be told to the provider. */
  async settle(): Promise<void> {
    await until(() => prismaOf(this.app).identityJob.count({ where: { state: 'due' } }), (due) => due === 0, PATIENCE_MS);
  }

  private async must(method: string, path: string, json?: unknown): Promise<Answer> {
    const answer = await this.ask(method, path, json);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
    return answer;
  }
}
