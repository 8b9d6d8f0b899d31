import { hash } from 'node:crypto';
import type { Environment } from './config.schema.js';
import type { ProviderName } from './identity-settings.js';

/** How webhooks are signed, and where they may lead. */
export interface WebhookSettings {
  /** What every webhook's secret is derived from; null: none can be signed, so nothing is sent. */
  signingKey: Buffer | null;
  /** Also http, and addresses of this machine and of private networks. */
  allowsPrivate: boolean;
}

const SHORTEST_KEY_BYTES = 32;
/** For machines whose identity provider signs anybody in anyway; production refuses that. */
const DEVELOPMENT_KEY = hash('sha256', 'webhooks of a development machine', 'buffer');

/** @returns null for what is no base64 of at least 32 bytes */
export function readSigningKey(value: string): Buffer | null {
  const key = Buffer.from(value, 'base64');
  const isBase64 = key.toString('base64').replace(/=+$/, '') === value.replace(/=+$/, '');
  return isBase64 && key.length >= SHORTEST_KEY_BYTES ? key : null;
}

export function toWebhookSettings(
  env: Pick<Environment, 'WEBHOOK_SIGNING_KEY' | 'WEBHOOK_ALLOW_PRIVATE'>,
  provider: ProviderName,
): WebhookSettings {
  const given = env.WEBHOOK_SIGNING_KEY === undefined ? null : readSigningKey(env.WEBHOOK_SIGNING_KEY);
  return { signingKey: given ?? (provider === 'mock' ? DEVELOPMENT_KEY : null), allowsPrivate: env.WEBHOOK_ALLOW_PRIVATE };
}
