import { describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@sa-platform/contracts';
import type { Config } from '../../platform/config/config.js';
import { WebhookSecrets } from './webhook-secrets.js';

const secretsOf = (signingKey: Buffer | null) => new WebhookSecrets({ webhooks: { signingKey, allowsPrivate: false } } as Config);
const event: EventEnvelope = {
  ...{ id: 'event-1', sequence: 1, type: 'users.erased', occurred_at: '2026-11-21T10:00:00.000Z', user_id: 'u', organisation_id: null },
  ...{ actor: { type: 'system', id: 's' }, version: 2, payload: {} },
};

describe('the secret of a webhook', () => {
  const secrets = secretsOf(Buffer.alloc(32, 1));

  it('is the same on every replica and after every restart', () => {
    // A change of this value changes the secret of every webhook there is.
    expect(secrets.secretOf('webhook-1', 1)).toBe('whsec_F0uHqaL5hRT7gUjXglJxIrCW4lgKEwabwpCqTcSDXzg=');
    expect(secretsOf(Buffer.alloc(32, 1)).secretOf('webhook-1', 1)).toBe(secrets.secretOf('webhook-1', 1));
  });

  it('is another one for each webhook, rotation and key', () => {
    const all = [secrets.secretOf('webhook-1', 1), secrets.secretOf('webhook-1', 2), secrets.secretOf('webhook-2', 1), secrets.secretOf('webhook-11', 1), secretsOf(Buffer.alloc(32, 2)).secretOf('webhook-1', 1)];
    expect(new Set(all).size).toBe(5);
    for (const each of all) expect(each).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  });

  it('is none without a key', () => {
    expect(() => secretsOf(null).secretOf('webhook-1', 1)).toThrow(expect.objectContaining({ code: 'webhooks.not_configured' }));
  });
});

describe('a message', () => {
  it('carries the event’s id, the time in seconds and a signature by each secret that counts', () => {
    const webhook = { id: 'webhook-1', url: 'https://hooks.example.com/', secretGeneration: 3, isRotating: false };
    const secrets = secretsOf(Buffer.alloc(32, 1));
    const { body, headers, url } = secrets.sign(webhook, event, new Date(1_800_000_000_999));
    expect([url, body]).toEqual([webhook.url, JSON.stringify(event)]);
    expect(headers).toMatchObject({ 'webhook-id': 'event-1', 'webhook-timestamp': '1800000000', 'webhook-signature': expect.stringMatching(/^v1,\S{44}$/) });
    const rotating = secrets.sign({ ...webhook, isRotating: true }, event, new Date(1_800_000_000_999)).headers['webhook-signature'];
    expect(rotating).toMatch(/^v1,\S{44} v1,\S{44}$/);
    expect(rotating).toContain(headers['webhook-signature']);
  });
});
