import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Administrator, Heard } from './administrator.js';
import { FIRST_ORGANISATION } from './changes.js';
import type { Ledger } from './ledger.js';

const AGAIN_MS = 500;
const PATIENCE_MS = 300_000;

/** Imports of many people at once: each row is several events. What was accepted is carried out whole, whatever fails meanwhile. */
export class BulkImports {
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly administrator: Administrator,
    private readonly ledger: Ledger,
    private readonly rows: number,
  ) {}

  /** Begins one. */
  start(): void {
    if (this.rows === 0) return;
    this.running = this.carryOut();
    // Told by `over`.
    this.running.catch(() => undefined);
  }

  /** Resolves when it is over. @throws Error when it did not end well */
  async over(): Promise<void> {
    await this.running;
  }

  private async carryOut(): Promise<void> {
    const emails = Array.from({ length: this.rows }, () => `import-${randomUUID()}@example.com`);
    const lines = emails.map((email) => `${email},Imported Person,user,${FIRST_ORGANISATION},BILLER,claims,`);
    const csv = ['email,display_name,user_type,organisation_id,role_key,product_ids,phone', ...lines, ''].join('\r\n');
    const call = { method: 'POST', path: 'admin/users/import?delivery=none', csv, idempotencyKey: randomUUID() };
    const accepted = await this.repeat(() => this.administrator.call(call), ({ status }) => status === 202);
    this.ledger.imported.push(...emails);
    const path = `admin/imports/${String(accepted.body.import_id)}`;
    const isOver = ({ status, body }: Heard) => status === 200 && ['done', 'failed', 'cancelled'].includes(String(body.state));
    const { body } = await this.repeat(() => this.administrator.call({ method: 'GET', path }), isOver);
    if (body.state !== 'done' || body.failed > 0) throw new Error(`an import ended so: ${JSON.stringify(body)}`);
  }

  private async repeat(ask: () => Promise<Heard | null>, isDone: (heard: Heard) => boolean): Promise<Heard> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const heard = await ask();
      if (heard !== null && isDone(heard)) return heard;
      if (performance.now() > end) throw new Error(`an import waits: ${JSON.stringify(heard)}`);
      await sleep(AGAIN_MS);
    }
  }
}
