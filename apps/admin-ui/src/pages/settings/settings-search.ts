import { EVENT_TYPES, type EventType } from '@sa-platform/contracts';
import { countIn, given, oneOf, textIn } from '../../shell/address.js';
import type { Delivery, Webhook } from './webhook.js';

export const WEBHOOK_STATES: readonly Webhook['state'][] = ['enabled', 'disabled'];
export const DELIVERY_STATES: readonly Delivery['state'][] = ['delivered', 'failing', 'failed', 'missed'];

export interface WebhookSearch {
  state?: Webhook['state'];
  page?: number;
}

export function readWebhookSearch(address: Record<string, unknown>): WebhookSearch {
  return given({ state: oneOf(WEBHOOK_STATES, address.state), page: countIn(address.page) });
}

export interface DeliverySearch {
  state?: Delivery['state'];
  cursor?: string;
}

export function readDeliverySearch(address: Record<string, unknown>): DeliverySearch {
  return given({ state: oneOf(DELIVERY_STATES, address.state), cursor: textIn(address.cursor) });
}

export interface EventSearch {
  /** None stands for all. */
  types?: EventType[];
  /** Number of the newest event that is shown; not set: the newest there is. */
  cursor?: string;
  live?: true;
}

export function readEventSearch(address: Record<string, unknown>): EventSearch {
  const asked: unknown[] = Array.isArray(address.types) ? address.types : [];
  const types = EVENT_TYPES.filter((type) => asked.includes(type));
  const live = address.live === true ? true : undefined;
  const cursor = live ? undefined : countIn(address.cursor);
  return given({ types: types.length === 0 ? undefined : types, cursor: cursor === undefined ? undefined : String(cursor), live });
}
