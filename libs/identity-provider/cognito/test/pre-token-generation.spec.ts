import { readFile } from 'node:fs/promises';
import { fromClaims, MARK } from '../src/user-attributes.js';

interface TriggerEvent {
  request: { userAttributes: Record<string, string> };
  response: Record<string, unknown>;
}

const TRIGGER = new URL('../triggers/pre-token-generation.mjs', import.meta.url);
const { handler } = (await import(TRIGGER.pathname)) as { handler: (event: TriggerEvent) => Promise<TriggerEvent> };

async function recorded(name: string, attributes?: Record<string, string>): Promise<TriggerEvent> {
  const event = JSON.parse(await readFile(new URL(`./events/${name}.json`, import.meta.url), 'utf8')) as TriggerEvent;
  if (attributes) event.request.userAttributes = attributes;
  return event;
}

const CLAIMS = { user_type: 'clinician', status: 'active', roles: ['BILLER', 'READONLY'], organisations: ['texas'] } as const;
const PENDING = { user_type: 'user', status: 'pending', roles: [], organisations: [] };

/** The attributes as the adapter writes them. */
const written = (more: object = {}) => ({
  [MARK]: 'user-1',
  ...fromClaims({ ...CLAIMS, roles: [...CLAIMS.roles], organisations: [...CLAIMS.organisations], ...more }),
});

const bothTokens = (claims: object) => ({
  claimsAndScopeOverrideDetails: {
    idTokenGeneration: { claimsToAddOrOverride: claims },
    accessTokenGeneration: { claimsToAddOrOverride: claims },
  },
});

describe('the pre token generation trigger', () => {
  it('puts the claims into both tokens in version 2, lists as lists', async () => {
    expect((await handler(await recorded('v2'))).response).toEqual(bothTokens(CLAIMS));
  });

  it('puts them into the id token in version 1, lists as text', async () => {
    expect((await handler(await recorded('v1'))).response).toEqual({
      claimsOverrideDetails: { claimsToAddOrOverride: { user_type: 'clinician', status: 'active', roles: 'BILLER,READONLY', organisations: 'texas' } },
    });
  });

  it('reads what the adapter writes', async () => {
    expect((await handler(await recorded('v2', written()))).response).toEqual(bothTokens(CLAIMS));
    const nothing = { ...CLAIMS, roles: [], organisations: [] };
    expect((await handler(await recorded('v2', written(nothing)))).response).toEqual(bothTokens(nothing));
  });

  it('leaves the rest of the event alone', async () => {
    const event = await recorded('v2');
    const before = structuredClone(event);
    expect({ ...(await handler(event)), response: null }).toEqual({ ...before, response: null });
  });

  it.each(['suspended', 'deactivated'])('gives no token to somebody who is %s, in any version', async (status) => {
    for (const version of ['v1', 'v2']) {
      await expect(handler(await recorded(version, written({ status })))).rejects.toThrow('not active');
    }
  });

  it.each([
    ['without our mark', { email: 'new@example.com' }],
    ['who gave themselves attributes and has no mark', { 'custom:status': 'active', 'custom:roles': 'TENANT_ADMIN', 'custom:user_type': 'admin' }],
    ['without any attribute', {}],
  ])('says pending, without roles, of somebody %s', async (_case, attributes) => {
    expect((await handler(await recorded('v2', attributes as Record<string, string>))).response).toEqual(bothTokens(PENDING));
  });

  it.each(['', 'Active', 'unknown'])('says pending of a marked account whose status is "%s"', async (status) => {
    const { response } = await handler(await recorded('v2', { ...written(), 'custom:status': status }));
    expect(response).toEqual(bothTokens({ ...CLAIMS, status: 'pending' }));
  });

  it('leaves a service’s token as it is', async () => {
    const event = await recorded('v3-client-credentials');
    expect(await handler(structuredClone(event))).toEqual(event);
  });
});
