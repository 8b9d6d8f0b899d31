import type { AuditState, EventType } from '@sa-platform/contracts';
import type { Delivery, Webhook } from './webhook.js';
import type { DeliveryView, WebhookView } from './webhooks.dto.js';

/** @param newest number of the newest event */
export function toWebhookView(webhook: Webhook, newest: number): WebhookView {
  const { id, url, types, description, state, position, attempts, error, failingSince } = webhook;
  return {
    id,
    url,
    types: (types ?? []) as EventType[],
    description,
    state,
    disabled_reason: webhook.disabledReason,
    disabled_at: toText(webhook.disabledAt),
    position,
    waiting: Math.max(newest - position, 0),
    failing_since: toText(failingSince),
    attempts,
    error,
    next_attempt_at: state === 'enabled' && failingSince !== null ? toText(webhook.runAt) : null,
    secret_rotated_at: toText(webhook.rotatedAt),
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  };
}

export function toDeliveryView(delivery: Delivery): DeliveryView {
  const { redeliveryState, redeliveries, redeliveryStatus, redeliveryError, redeliveredAt } = delivery;
  return {
    event_id: delivery.eventId,
    sequence: delivery.sequence,
    type: delivery.type,
    state: delivery.state,
    attempts: delivery.attempts,
    status: delivery.status,
    error: delivery.error,
    duration_ms: delivery.durationMs,
    missed_events: delivery.missedEvents,
    first_attempt_at: delivery.firstAttemptAt.toISOString(),
    last_attempt_at: delivery.lastAttemptAt.toISOString(),
    redelivery:
      redeliveryState === null
        ? null
        : { state: redeliveryState, attempts: redeliveries, status: redeliveryStatus, error: redeliveryError, last_attempt_at: toText(redeliveredAt) },
  };
}

/**
 * What an administrator has set, as the audit trail tells of it.
 *
 * @param withPosition also where it goes on, which an administrator sets only to skip what was not sent
 */
export function auditedState({ url, types, description, state, position }: Webhook, withPosition = false): AuditState {
  return { url, types: types ?? [], description, state, ...(withPosition ? { position } : {}) };
}

const toText = (moment: Date | null) => moment?.toISOString() ?? null;
