export const WEBHOOK_STATES = ['enabled', 'disabled'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** `administrator`; `failing`: an event failed for three days; `gone`: the receiver answered 410. */
export const DISABLED_REASONS = ['administrator', 'failing', 'gone'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

export const DELIVERY_STATES = ['delivered', 'failing', 'failed', 'missed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const REDELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type RedeliveryState = (typeof REDELIVERY_STATES)[number];

/** Where events are sent to. */
export interface Webhook {
  id: string;
  url: string;
  /** Null: every type. */
  types: string[] | null;
  description: string;
  state: WebhookState;
  disabledReason: DisabledReason | null;
  disabledAt: Date | null;
  /** The number of the newest event that it is through with. */
  position: number;
  secretGeneration: number;
  rotatedAt: Date | null;
  version: number;
  attempts: number;
  error: string | null;
  failingSince: Date | null;
  runAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** What a message to a webhook is made from. */
export interface SigningWebhook {
  id: string;
  url: string;
  secretGeneration: number;
  /** The secret before the last rotation still signs. */
  isRotating: boolean;
}

/** A webhook in the hands of whoever holds the lease. */
export interface LeasedWebhook extends SigningWebhook {
  types: string[] | null;
  state: WebhookState;
  position: number;
  version: number;
  attempts: number;
  /** The event behind its position has failed for three days. */
  isOverdue: boolean;
  leaseId: string;
}

/** What became of one event at one webhook. */
export interface Delivery {
  webhookId: string;
  sequence: number;
  eventId: string | null;
  type: string | null;
  state: DeliveryState;
  attempts: number;
  status: number | null;
  error: string | null;
  durationMs: number | null;
  missedEvents: number | null;
  firstAttemptAt: Date;
  lastAttemptAt: Date;
  redeliveryState: RedeliveryState | null;
  redeliveries: number;
  redeliveryStatus: number | null;
  redeliveryError: string | null;
  redeliveredAt: Date | null;
}
