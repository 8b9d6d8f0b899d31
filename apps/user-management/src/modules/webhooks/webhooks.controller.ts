import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '@sa-platform/auth-client';
import { Access, CurrentCaller } from '@sa-platform/auth-client/nest';
import { Answers } from '../../platform/http/answers.js';
import { IfMatch } from '../../platform/http/etag.js';
import { pageOf } from '../../platform/http/paging.js';
import { administrator, platformAdmin } from '../access/rules.js';
import {
  CreateWebhookDto,
  DeliveryPage,
  DeliveryView,
  ListDeliveriesQuery,
  ListWebhooksQuery,
  UpdateWebhookDto,
  WebhookView,
  WebhookWithSecretView,
} from './webhooks.dto.js';
import { WebhooksService } from './webhooks.service.js';

const READ = administrator('admin:webhooks:read');
const WRITE = administrator('admin:webhooks:write');

/** What is sent tells of every organisation, so it is the platform's matter, whoever else is given the permissions. */
@ApiTags('webhooks')
@Controller('admin/webhooks')
@Access(platformAdmin())
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @Access(READ)
  @Answers(200, pageOf(WebhookView))
  list(@Query({ schema: ListWebhooksQuery }) query: ListWebhooksQuery) {
    return this.webhooks.listWebhooks(query);
  }

  /** Begins with the next event. */
  @Post()
  @Access(WRITE)
  @Answers(201, WebhookWithSecretView, 'webhooks.not_configured')
  create(@Body({ schema: CreateWebhookDto }) body: CreateWebhookDto, @CurrentCaller() caller: Caller) {
    return this.webhooks.createWebhook(body, caller);
  }

  @Get(':id')
  @Access(READ)
  @Answers(200, WebhookView, 'webhook.not_found')
  get(@Param('id') id: string) {
    return this.webhooks.getWebhook(id);
  }

  @Patch(':id')
  @Access(WRITE)
  @Answers(200, WebhookView, 'webhook.not_found', 'precondition.failed', 'webhooks.not_configured')
  update(
    @Param('id') id: string,
    @Body({ schema: UpdateWebhookDto }) body: UpdateWebhookDto,
    @IfMatch() ifMatch: string | null,
    @CurrentCaller() caller: Caller,
  ) {
    return this.webhooks.updateWebhook(id, body, ifMatch, caller);
  }

  @Delete(':id')
  @Access(WRITE)
  @Answers(204, null, 'webhook.not_found', 'precondition.failed')
  delete(@Param('id') id: string, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.webhooks.deleteWebhook(id, ifMatch, caller);
  }

  /** Both secrets sign for 24 hours. */
  @Post(':id/rotate-secret')
  @Access(WRITE)
  @Answers(200, WebhookWithSecretView, 'webhook.not_found', 'precondition.failed', 'webhooks.not_configured')
  rotateSecret(@Param('id') id: string, @IfMatch() ifMatch: string | null, @CurrentCaller() caller: Caller) {
    return this.webhooks.rotateSecret(id, ifMatch, caller);
  }

  /** What was sent in the last 30 days, the newest event first. */
  @Get(':id/deliveries')
  @Access(READ)
  @Answers(200, DeliveryPage, 'webhook.not_found')
  listDeliveries(@Param('id') id: string, @Query({ schema: ListDeliveriesQuery }) query: ListDeliveriesQuery) {
    return this.webhooks.listDeliveries(id, query);
  }

  /** Sends one event once more, out of order; the delivery's id is the event's. */
  @Post(':id/deliveries/:deliveryId/redeliver')
  @Access(WRITE)
  @Answers(202, DeliveryView, 'webhook.not_found', 'webhook.delivery_not_found', 'webhooks.not_configured')
  redeliver(@Param('id') id: string, @Param('deliveryId') deliveryId: string, @CurrentCaller() caller: Caller) {
    return this.webhooks.redeliver(id, deliveryId, caller);
  }
}
