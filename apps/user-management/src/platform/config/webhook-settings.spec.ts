import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readSigningKey, toWebhookSettings } from './webhook-settings.js';

describe('the key that webhooks are signed with', () => {
  it('is base64, with or without its padding', () => {
    for (const length of [32, 33, 34, 64]) {
      const key = randomBytes(length);
      expect(readSigningKey(key.toString('base64'))).toEqual(key);
      expect(readSigningKey(key.toString('base64').replace(/=+$/, ''))).toEqual(key);
    }
  });

  it.each(['', 'x', randomBytes(31).toString('base64'), `${randomBytes(32).toString('base64')}!`, randomBytes(32).toString('hex').replace(/^./, '-')])(
    '%j is none',
    (value) => {
      expect(readSigningKey(value)).toBeNull();
    },
  );

  it('is one that everybody knows beside the mock alone, and none beside a real provider', () => {
    const env = { WEBHOOK_SIGNING_KEY: undefined, WEBHOOK_ALLOW_PRIVATE: false };
    expect(toWebhookSettings(env, 'mock').signingKey).toHaveLength(32);
    expect(toWebhookSettings(env, 'auth0')).toEqual({ signingKey: null, allowsPrivate: false });
    expect(toWebhookSettings(env, 'cognito').signingKey).toBeNull();
    const own = randomBytes(32);
    expect(toWebhookSettings({ ...env, WEBHOOK_SIGNING_KEY: own.toString('base64') }, 'mock').signingKey).toEqual(own);
  });
});
