import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Prisma, type Webhook as Row } from '../../platform/database/generated/postgresql/client.js';
import type { Paging } from '../../platform/http/paging.js';
import type { DisabledReason, Webhook, WebhookState } from './webhook.js';

export type NewWebhook = Pick<Webhook, 'id' | 'url' | 'types' | 'description' | 'position'>;

/** What an administrator sets; what is left out stays. */
export interface WebhookChange {
  url?: string | undefined;
  types?: string[] | null | undefined;
  description?: string | undefined;
  state?: WebhookState | undefined;
  position?: number | undefined;
}

/** Of long ago: due at once, whatever the clocks say. */
const AT_ONCE = new Date(0);
const WITHOUT_FAILURE = { attempts: 0, error: null, failingSince: null, runAt: AT_ONCE };

@Injectable()
export class WebhooksRepository {
  constructor(private readonly database: Database) {}

  async insert({ types, position, ...webhook }: NewWebhook): Promise<void> {
    const now = new Date();
    const data = { ...webhook, eventTypes: toText(types), position: BigInt(position), state: 'enabled', runAt: AT_ONCE, createdAt: now, updatedAt: now };
    await this.database.client.webhook.create({ data, select: { id: true } });
  }

  async find(id: string): Promise<Webhook | null> {
    const row = await this.database.client.webhook.findUnique({ where: { id } });
    return row && toWebhook(row);
  }

  /** The webhook, locked until the transaction ends. */
  async lock(id: string): Promise<Webhook | null> {
    await this.database.client.$queryRaw(Prisma.sql`SELECT id FROM webhooks WHERE id = ${id} FOR UPDATE`);
    return this.find(id);
  }

  /** The oldest first. */
  async list(state: WebhookState | undefined, { limit, offset }: Paging): Promise<{ items: Webhook[]; total: number }> {
    const where = state === undefined ? {} : { state };
    const rows = await this.database.client.webhook.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], take: limit, skip: offset });
    return { items: rows.map(toWebhook), total: await this.database.client.webhook.count({ where }) };
  }

  /** An enabled webhook, or one that leads elsewhere now, begins without the failures of before. */
  async update(id: string, { url, types, description, state, position }: WebhookChange): Promise<void> {
    const isAnew = url !== undefined || state === 'enabled' || position !== undefined;
    await this.change(id, {
      ...(url === undefined ? {} : { url }),
      ...(types === undefined ? {} : { eventTypes: toText(types) }),
      ...(description === undefined ? {} : { description }),
      ...(position === undefined ? {} : { position: BigInt(position) }),
      ...(isAnew ? WITHOUT_FAILURE : {}),
      ...(state === 'enabled' ? { state, disabledReason: null, disabledAt: null } : {}),
    });
    if (state === 'disabled') await this.disable(id, 'administrator');
  }

  async disable(id: string, reason: DisabledReason): Promise<void> {
    await this.change(id, { state: 'disabled', disabledReason: reason, disabledAt: new Date() });
  }

  async rotateSecret(id: string): Promise<void> {
    await this.change(id, { secretGeneration: { increment: 1 } });
    // By the clock that says when the old secret ends.
    await this.database.client.$executeRaw(Prisma.sql`UPDATE webhooks SET rotated_at = ${this.database.now} WHERE id = ${id}`);
  }

  async delete(id: string): Promise<void> {
    await this.database.client.webhook.deleteMany({ where: { id } });
  }

  /** How many are in each state; `failing` are those whose next event has failed and is tried again. */
  async count(): Promise<{ state: WebhookState | 'failing'; count: number }[]> {
    const rows = await this.database.client.$queryRaw<{ state: WebhookState | 'failing'; webhooks: bigint }[]>(Prisma.sql`
      SELECT condition_now AS state, COUNT(*) AS webhooks FROM
        (SELECT CASE WHEN state = 'enabled' AND failing_since IS NOT NULL THEN 'failing' ELSE state END AS condition_now FROM webhooks) AS conditions
       GROUP BY condition_now`);
    return rows.map(({ state, webhooks }) => ({ state, count: Number(webhooks) }));
  }

  private async change(id: string, data: Prisma.WebhookUpdateInput): Promise<void> {
    const changed = { ...data, version: { increment: 1 }, updatedAt: new Date() };
    await this.database.client.webhook.update({ where: { id }, data: changed, select: { id: true } });
  }
}

const toText = (types: string[] | null) => (types === null ? null : JSON.stringify(types));

/** @param text as the table has it; null: every type */
export function readTypes(text: string | null): string[] | null {
  return text === null ? null : (JSON.parse(text) as string[]);
}

function toWebhook(row: Row): Webhook {
  const { eventTypes, leaseId: _leaseId, leasedUntil: _leasedUntil, ...webhook } = row;
  return {
    ...webhook,
    types: readTypes(eventTypes),
    state: row.state as WebhookState,
    disabledReason: row.disabledReason as DisabledReason | null,
    position: Number(row.position),
    version: Number(row.version),
  };
}
