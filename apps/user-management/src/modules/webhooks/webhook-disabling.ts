import { Injectable } from '@nestjs/common';
import { SYSTEM_ACTOR } from '../access/caller.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { EventsService } from '../events/events.service.js';
import type { LeasedWebhook } from './webhook.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Ends webhooks whose receiver is not there any more, in the open transaction: with an event and an audit entry. */
@Injectable()
export class WebhookDisabling {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly events: EventsService,
    private readonly trail: AuditTrail,
  ) {}

  /** Not when somebody changed it since: what was found out is about what it was before. */
  async disable({ id, version }: Pick<LeasedWebhook, 'id' | 'version'>, reason: 'failing' | 'gone'): Promise<void> {
    const webhook = await this.webhooks.lock(id);
    if (webhook?.state !== 'enabled' || webhook.version !== version) return;
    await this.webhooks.disable(id, reason);
    await this.events.record({ type: 'webhooks.disabled', actor: SYSTEM_ACTOR, payload: { webhook_id: id, reason } });
    await this.trail.record({
      action: 'WEBHOOK_DISABLED',
      actor: SYSTEM_ACTOR,
      target: { type: 'webhook', id },
      organisationId: null,
      before: { state: 'enabled', disabled_reason: null },
      after: { state: 'disabled', disabled_reason: reason },
    });
  }
}
