import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { EventsModule } from '../events/events.module.js';
import { HostResolver } from './host-resolver.js';
import { WebhookCourier } from './webhook-courier.js';
import { WebhookDeliveriesRepository } from './webhook-deliveries.repository.js';
import { WebhookDisabling } from './webhook-disabling.js';
import { WebhookLeasesRepository } from './webhook-leases.repository.js';
import { WebhookLogRetention } from './webhook-log-retention.js';
import { WebhookRedelivery } from './webhook-redelivery.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookWorker } from './webhook-worker.js';
import { WebhooksController } from './webhooks.controller.js';
import { WebhooksRepository } from './webhooks.repository.js';
import { WebhooksService } from './webhooks.service.js';

/** Events for receivers that have no Redis: sent over HTTP, signed, in order. */
@Module({
  imports: [AuditModule, EventsModule],
  controllers: [WebhooksController],
  providers: [
    HostResolver,
    WebhookCourier,
    WebhookDeliveriesRepository,
    WebhookDisabling,
    WebhookLeasesRepository,
    WebhookLogRetention,
    WebhookRedelivery,
    WebhookSecrets,
    WebhookSender,
    WebhookWorker,
    WebhooksRepository,
    WebhooksService,
  ],
})
export class WebhooksModule {}
