import { SYSTEM_ACTOR } from '../src/modules/access/caller.js';
import { EventsService, type EventToRecord } from '../src/modules/events/events.service.js';
import { WebhookWorker } from '../src/modules/webhooks/webhook-worker.js';
import { Database } from '../src/platform/database/database.js';
import { Prisma } from '../src/platform/database/generated/postgresql/client.js';
import type { EventType } from '@sa-platform/contracts';
import { ADMIN, prismaOf } from './people.js';
import { until } from './poll.js';
import type { TestApp } from './test-app.js';

export interface Subscription {
  id: string;
  secret: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers as they come
type View = any;

/** Webhooks, what happens that they are told of, and time that passes. */
export class WebhookDesk {
  constructor(readonly app: TestApp) {}

  async subscribe(url: string, more: object = {}): Promise<Subscription> {
    const { status, body, text } = await this.app.as(ADMIN, 'POST', 'admin/webhooks', { url, ...more });
    if (status !== 201) throw new Error(`${status} ${text}`);
    return { id: String(body.id), secret: String(body.secret) };
  }

  async change(id: string, json: object): Promise<View> {
    const { status, body, text } = await this.app.as(ADMIN, 'PATCH', `admin/webhooks/${id}`, json);
    if (status !== 200) throw new Error(`${status} ${text}`);
    return body;
  }

  async view(id: string): Promise<View> {
    return (await this.app.as(ADMIN, 'GET', `admin/webhooks/${id}`)).body;
  }

  viewOnce(id: string, isDone: (view: View) => boolean): Promise<View> {
    return until(() => this.view(id), isDone);
  }

  async deliveries(id: string, query = ''): Promise<View[]> {
    return (await this.app.as(ADMIN, 'GET', `admin/webhooks/${id}/deliveries${query}`)).body.items;
  }

  /** The newest delivery that is as described, once there is one. */
  async deliveryOnce(id: string, isMeant: (delivery: View) => boolean): Promise<View> {
    return until<View>(async () => (await this.deliveries(id)).find(isMeant), (found) => found !== undefined);
  }

  /** So many events that commit one after the other. @returns what tells them apart, in order */
  async happen(count: number, type: EventType = 'users.updated'): Promise<number[]> {
    const marks: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const mark = Math.round(Math.random() * 1e12);
      // A key of its own: receivers take what they don't know.
      const event = { type, actor: SYSTEM_ACTOR, payload: { fields: [], mark } } as unknown as EventToRecord;
      await this.app.nest.get(EventsService).record(event);
      marks.push(mark);
    }
    await this.numbered();
    return marks;
  }

  /** Until everything that happened has its number: a webhook made now is told of nothing before. */
  async numbered(): Promise<void> {
    await until(() => prismaOf(this.app).outboxEvent.count({ where: { sequence: null } }), (count) => count === 0);
  }

  /** As if that much time had passed since the next event failed first: it is due again. */
  async pass(id: string, milliseconds: number): Promise<void> {
    const { client, now, dialect } = this.app.nest.get(Database);
    const seconds = Math.round(milliseconds / 1000);
    const ago = dialect === 'mysql' ? Prisma.sql`failing_since - INTERVAL ${seconds} SECOND` : Prisma.sql`failing_since - make_interval(secs => ${seconds})`;
    await client.$executeRaw(Prisma.sql`UPDATE webhooks SET run_at = ${now}, failing_since = ${ago} WHERE id = ${id}`);
    this.app.nest.get(WebhookWorker).wake();
  }

  /** As if whoever holds the lease had been gone for long. */
  async endLease(id: string): Promise<void> {
    const database = this.app.nest.get(Database);
    await database.client.$executeRaw(Prisma.sql`UPDATE webhooks SET leased_until = ${database.later(-1)} WHERE id = ${id}`);
  }
}

export const marksOf = (events: { payload: Record<string, unknown> }[]): number[] => events.flatMap(({ payload }) => (typeof payload['mark'] === 'number' ? [payload['mark']] : []));
