import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AuditAction, AuditState, Page } from '@sa-platform/contracts';
import { uuidv7 } from 'uuidv7';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { AppError, invalidField } from '../../platform/errors/app-error.js';
import { requireMatch, strongEtag, Tagged } from '../../platform/http/etag.js';
import { actorOf } from '../access/caller.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { differenceOf } from '../audit/difference.js';
import { EventLog } from '../events/event-log.js';
import { faultOfUrl } from './check-address.js';
import type { Webhook } from './webhook.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { auditedState, toDeliveryView, toWebhookView } from './webhook-view.js';
import { WebhookWorker } from './webhook-worker.js';
import type {
  CreateWebhookDto,
  DeliveryPage,
  DeliveryView,
  ListDeliveriesQuery,
  ListWebhooksQuery,
  UpdateWebhookDto,
  WebhookView,
  WebhookWithSecretView,
} from './webhooks.dto.js';
import { WebhooksRepository } from './webhooks.repository.js';

@Injectable()
export class WebhooksService {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly webhooks: WebhooksRepository,
    private readonly deliveries: WebhookDeliveriesRepository,
    private readonly secrets: WebhookSecrets,
    private readonly log: EventLog,
    private readonly trail: AuditTrail,
    private readonly worker: WebhookWorker,
  ) {}

  async listWebhooks({ state, ...paging }: ListWebhooksQuery): Promise<Page<WebhookView>> {
    const { items, total } = await this.webhooks.list(state, paging);
    const newest = await this.log.newest();
    return { items: items.map((webhook) => toWebhookView(webhook, newest)), total, ...paging };
  }

  /** @throws AppError `webhook.not_found` */
  async getWebhook(id: string): Promise<Tagged<WebhookView>> {
    return this.view(await this.require(id));
  }

  /** @throws AppError `webhooks.not_configured`; 400 that names `url` where it leads to no public address */
  async createWebhook({ url, types, description }: CreateWebhookDto, caller: Caller): Promise<Tagged<WebhookWithSecretView>> {
    this.secrets.requireConfigured();
    this.requireAllowed(url);
    const id = uuidv7();
    return this.database.transaction(async () => {
      await this.webhooks.insert({ id, url, types: orAll(types), description, position: await this.log.newest() });
      const webhook = await this.require(id);
      await this.audit('WEBHOOK_CREATED', id, caller, { before: null, after: auditedState(webhook) });
      return this.viewWithSecret(webhook);
    });
  }

  /** @throws AppError `webhook.not_found`, `precondition.failed`; as `createWebhook` */
  async updateWebhook(id: string, dto: UpdateWebhookDto, ifMatch: string | null, caller: Caller): Promise<Tagged<WebhookView>> {
    if (dto.url !== undefined) this.requireAllowed(dto.url);
    return this.database.transaction(async () => {
      const before = await this.lock(id, ifMatch);
      if (dto.enabled === true && before.state === 'disabled') this.secrets.requireConfigured();
      const wanted = wantedOf(before, dto, await this.log.newest());
      const isMoved = wanted.position !== before.position;
      const difference = differenceOf(auditedState(before, isMoved), auditedState(wanted, isMoved));
      if (difference.after === null) return this.view(before);
      await this.webhooks.update(id, changed(before, wanted));
      await this.audit('WEBHOOK_UPDATED', id, caller, difference);
      this.database.afterCommit(() => this.worker.wake(), this.worker);
      return this.view(await this.require(id));
    });
  }

  /** What was sent to it is forgotten later. @throws AppError `webhook.not_found`, `precondition.failed` */
  async deleteWebhook(id: string, ifMatch: string | null, caller: Caller): Promise<void> {
    await this.database.transaction(async () => {
      const webhook = await this.lock(id, ifMatch);
      await this.webhooks.delete(id);
      await this.audit('WEBHOOK_DELETED', id, caller, { before: auditedState(webhook), after: null });
    });
  }

  /** @throws AppError `webhook.not_found`, `precondition.failed`, `webhooks.not_configured` */
  async rotateSecret(id: string, ifMatch: string | null, caller: Caller): Promise<Tagged<WebhookWithSecretView>> {
    this.secrets.requireConfigured();
    return this.database.transaction(async () => {
      const before = await this.lock(id, ifMatch);
      await this.webhooks.rotateSecret(id);
      const webhook = await this.require(id);
      const rotation = { before: { secret_generation: before.secretGeneration }, after: { secret_generation: webhook.secretGeneration } };
      await this.audit('WEBHOOK_SECRET_ROTATED', id, caller, rotation);
      return this.viewWithSecret(webhook);
    });
  }

  /** @throws AppError `webhook.not_found` */
  async listDeliveries(id: string, { limit, cursor, state }: ListDeliveriesQuery): Promise<DeliveryPage> {
    await this.require(id);
    const before = cursor === undefined ? undefined : Number(cursor);
    const items = (await this.deliveries.list({ webhookId: id, state, before }, limit)).map(toDeliveryView);
    const last = items.at(-1);
    return { items, limit, next_cursor: items.length < limit || last === undefined ? null : String(last.sequence) };
  }

  /**
   * Has the event sent once more, at once and by any replica. One that waits to be sent already stays as it is.
   *
   * @throws AppError `webhook.not_found`, `webhook.delivery_not_found`, `webhooks.not_configured`
   */
  async redeliver(id: string, eventId: string, caller: Caller): Promise<DeliveryView> {
    this.secrets.requireConfigured();
    return this.database.transaction(async () => {
      await this.require(id);
      const event = await this.log.find(eventId);
      const key = { webhookId: id, sequence: event?.sequence ?? 0 };
      if (event === null || (await this.deliveries.find(key)) === null) throw new AppError('webhook.delivery_not_found');
      if (await this.deliveries.requestRedelivery(key)) {
        await this.audit('WEBHOOK_REDELIVERED', id, caller, { before: null, after: { event_id: eventId } });
        this.database.afterCommit(() => this.worker.wake(), this.worker);
      }
      const delivery = await this.deliveries.find(key);
      if (delivery === null) throw new AppError('webhook.delivery_not_found');
      return toDeliveryView(delivery);
    });
  }

  private async view(webhook: Webhook): Promise<Tagged<WebhookView>> {
    return new Tagged(toWebhookView(webhook, await this.log.newest()), strongEtag(webhook.version));
  }

  private async viewWithSecret(webhook: Webhook): Promise<Tagged<WebhookWithSecretView>> {
    const { view, etag } = await this.view(webhook);
    return new Tagged({ ...view, secret: this.secrets.secretOf(webhook.id, webhook.secretGeneration) }, etag);
  }

  private async require(id: string): Promise<Webhook> {
    const webhook = await this.webhooks.find(id);
    if (webhook === null) throw new AppError('webhook.not_found');
    return webhook;
  }

  private async lock(id: string, ifMatch: string | null): Promise<Webhook> {
    const webhook = await this.webhooks.lock(id);
    if (webhook === null) throw new AppError('webhook.not_found');
    requireMatch(ifMatch, strongEtag(webhook.version));
    return webhook;
  }

  private requireAllowed(url: string): void {
    const fault = faultOfUrl(new URL(url), this.config.webhooks.allowsPrivate);
    if (fault !== null) throw invalidField('url', fault);
  }

  private async audit(action: AuditAction, id: string, caller: Caller, change: { before: AuditState | null; after: AuditState | null }): Promise<void> {
    await this.trail.record({ action, actor: actorOf(caller), target: { type: 'webhook', id }, organisationId: null, ...change });
  }
}

/** None stands for all. */
const orAll = (types: string[]): string[] | null => (types.length === 0 ? null : types);

function wantedOf(before: Webhook, { url, types, description, enabled, skip_missed: skips }: UpdateWebhookDto, newest: number): Webhook {
  return {
    ...before,
    url: url ?? before.url,
    types: types === undefined ? before.types : orAll(types),
    description: description ?? before.description,
    state: enabled === undefined ? before.state : enabled ? 'enabled' : 'disabled',
    position: skips ? Math.max(newest, before.position) : before.position,
  };
}

/** Only what differs: whatever is set again begins without the failures of before. */
function changed(before: Webhook, wanted: Webhook) {
  return {
    ...(wanted.url === before.url ? {} : { url: wanted.url }),
    ...(wanted.state === before.state ? {} : { state: wanted.state }),
    ...(wanted.position === before.position ? {} : { position: wanted.position }),
    ...{ types: wanted.types, description: wanted.description },
  };
}
