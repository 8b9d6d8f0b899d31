import { hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@sa-platform/contracts';
import { Webhook } from 'standardwebhooks';
import { Config } from '../../platform/config/config.js';
import { AppError } from '../../platform/errors/app-error.js';
import type { SigningWebhook } from './webhook.js';
import type { WebhookMessage } from './webhook-sender.js';

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/**
 * A webhook's secret is derived from the setting `WEBHOOK_SIGNING_KEY`, the webhook's id and how often it was rotated
 * (HKDF-SHA256, RFC 5869), so that no table, backup or replica holds one, and none tells anything of another.
 */
@Injectable()
export class WebhookSecrets {
  constructor(private readonly config: Config) {}

  get isConfigured(): boolean {
    return this.config.webhooks.signingKey !== null;
  }

  /** @throws AppError `webhooks.not_configured` */
  requireConfigured(): void {
    if (!this.isConfigured) throw new AppError('webhooks.not_configured');
  }

  /**
   * @returns `whsec_` and base64, as Standard Webhooks has it
   * @throws AppError `webhooks.not_configured`
   */
  secretOf(webhookId: string, generation: number): string {
    const { signingKey } = this.config.webhooks;
    if (signingKey === null) throw new AppError('webhooks.not_configured');
    const secret = hkdfSync('sha256', signingKey, '', `webhook ${webhookId} ${generation}`, SECRET_BYTES);
    return `whsec_${Buffer.from(secret).toString('base64')}`;
  }

  /**
   * The event as it travels, signed by the newest secret and, after a rotation, by the one before as well.
   *
   * @param at goes into the signature: receivers refuse what is older than some minutes
   * @throws AppError `webhooks.not_configured`
   */
  sign(webhook: SigningWebhook, event: EventEnvelope, at = new Date()): WebhookMessage {
    const body = JSON.stringify(event);
    const generations = [webhook.secretGeneration, ...(webhook.isRotating ? [webhook.secretGeneration - 1] : [])];
    const signatures = generations.map((generation) => new Webhook(this.secretOf(webhook.id, generation)).sign(event.id, at, body));
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'user-management-webhooks',
      'webhook-id': event.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    };
    return { url: webhook.url, headers, body };
  }
}
