import { TokenVerifier } from './token-verifier.js';
import { checkVerifierOptions, type VerifierOptions } from './verifier-options.js';

const oidc = {
  provider: 'oidc',
  issuer: 'https://issuer.example.com/',
  audience: 'https://api.example.com',
  jwksUri: 'https://issuer.example.com/jwks',
} as const;
const ours = { issuer: 'https://users.example.com/v1/user-management', jwksUri: 'https://users.example.com/jwks' };
const cognito = { ...oidc, provider: 'cognito', audience: undefined, clientIds: ['web'] } as const;

test.each([
  ['issuer', { ...oidc, issuer: undefined }],
  ['issuer', { ...oidc, issuer: '' }],
  ['issuer', { ...oidc, issuer: 'issuer.example.com' }],
  ['issuer', { ...oidc, issuer: ' https://issuer.example.com' }],
  ['issuer', { ...oidc, issuer: ['https://issuer.example.com'] }],
  ['audience', { ...oidc, audience: undefined }],
  ['audience', { ...oidc, audience: '' }],
  ['audience', { ...oidc, audience: '  ' }],
  ['issuer', { ...oidc, issuer: 'https://issuer.example.com:port' }],
  ['jwksUri', { ...oidc, jwksUri: undefined }],
  ['jwksUri', { ...oidc, jwksUri: 'https://[' }],
  ['jwksUri', { ...oidc, jwksUri: 'file:///etc/passwd' }],
  ['jwksUri', { ...oidc, jwksUri: 'https://user:secret@issuer.example.com/jwks' }],
  ['provider', { ...oidc, provider: undefined }],
  ['provider', { ...oidc, provider: 'auth0' }],
  ['clientIds', { ...cognito, clientIds: undefined }],
  ['clientIds', { ...cognito, clientIds: [] }],
  ['clientIds', { ...cognito, clientIds: [''] }],
  ['clientIds', { ...cognito, clientIds: 'web' }],
  ['clientIds', { ...cognito, clientIds: ['web', 7] }],
  ['clientIds', { ...oidc, clientIds: ['web'] }],
  ['audience', { ...cognito, audience: 'https://api.example.com' }],
  ['resourceServer', { ...oidc, resourceServer: 'users' }],
  ['resourceServer', { ...cognito, resourceServer: '' }],
  ['algorithms', { ...oidc, algorithms: [] }],
  ['algorithms', { ...oidc, algorithms: ['HS256'] }],
  ['algorithms', { ...oidc, algorithms: ['none'] }],
  ['algorithms', { ...oidc, algorithms: 'RS256' }],
  ['algorithms', { ...oidc, algorithms: ['RS256', 'HS256'] }],
  ['algorithms', { ...oidc, algorithms: ['RS256', 'RS256'] }],
  ['impersonation.issuer', { ...oidc, impersonation: true }],
  ['impersonation.issuer', { ...oidc, impersonation: { ...ours, issuer: '' } }],
  ['impersonation.issuer', { ...oidc, impersonation: { ...ours, issuer: oidc.issuer } }],
  ['impersonation.jwksUri', { ...oidc, impersonation: { ...ours, jwksUri: undefined } }],
  ['impersonation.jwksUri', { ...oidc, impersonation: { ...ours, jwksUri: oidc.jwksUri } }],
  ['impersonation.algorithms', { ...oidc, impersonation: { ...ours, algorithms: ['none'] } }],
  ['maxCachedTokens', { ...oidc, maxCachedTokens: -1 }],
  ['maxCachedTokens', { ...oidc, maxCachedTokens: Infinity }],
  ['maxCachedTokens', { ...oidc, maxCachedTokens: '10' }],
  ['jwksTimeoutMs', { ...oidc, jwksTimeoutMs: 60_001 }],
  ['clockToleranceSeconds', { ...oidc, clockToleranceSeconds: -1 }],
  ['clockToleranceSeconds', { ...oidc, clockToleranceSeconds: Number.NaN }],
  ['clockToleranceSeconds', { ...oidc, clockToleranceSeconds: 3600 }],
])('no verifier without a sound %s (OpenFGA CVE-2026-55689): %j', (option, options) => {
  const start = (): unknown => new TokenVerifier(options as unknown as VerifierOptions);
  expect(start).toThrow(expect.objectContaining({ name: 'ConfigurationError', option }));
  expect(start).toThrow(option);
});

test('accepts sound options of both kinds', () => {
  expect(() => new TokenVerifier(oidc)).not.toThrow();
  expect(() => new TokenVerifier({ ...cognito, algorithms: ['RS256', 'ES256'] })).not.toThrow();
});

test('fills in what was left out', () => {
  expect(checkVerifierOptions(oidc)).toMatchObject({
    ...{ issuer: oidc.issuer, audience: oidc.audience, clientIds: null, jwksUri: oidc.jwksUri },
    ...{ algorithms: ['RS256'], clockToleranceMs: 5_000, maxCachedTokens: 10_000, jwksTimeoutMs: 3_000, now: Date.now },
  });
  expect(checkVerifierOptions(cognito)).toMatchObject({ audience: null, clientIds: new Set(['web']), scopePrefix: null });
});

test('trusts no issuer of impersonations unless told to, and then one with all else of its own', () => {
  expect(checkVerifierOptions(oidc).impersonation).toBeNull();
  expect(checkVerifierOptions({ ...oidc, algorithms: ['PS512'], impersonation: ours })).toMatchObject({
    ...{ isImpersonation: false, issuer: oidc.issuer, jwksUri: oidc.jwksUri, algorithms: ['PS512'], clockToleranceMs: 5_000 },
    impersonation: { ...ours, isImpersonation: true, algorithms: ['ES256'], audience: oidc.audience, clockToleranceMs: 0 },
  });
  const ofCognito = { ...cognito, resourceServer: 'users', impersonation: { ...ours, algorithms: ['ES384'] as const } };
  expect(checkVerifierOptions(ofCognito).impersonation).toMatchObject({
    ...{ algorithms: ['ES384'], audience: ours.issuer, clientIds: null, scopePrefix: null },
  });
});

test('keeps what was given', () => {
  const given = { clockToleranceSeconds: 60, maxCachedTokens: 0, jwksTimeoutMs: 1, now: () => 1, fetch: () => Promise.reject(new Error()) };
  const checked = checkVerifierOptions({ ...oidc, ...given, algorithms: ['PS512', 'ES256'] });
  expect(checked).toMatchObject({ clockToleranceMs: 60_000, maxCachedTokens: 0, jwksTimeoutMs: 1, now: given.now, clock: given.now, fetch: given.fetch });
  expect(new Set(checked.algorithms)).toEqual(new Set(['PS512', 'ES256']));
});

test('looks fetch up when it is needed, so that a later replacement counts', async () => {
  const { fetch: ask } = checkVerifierOptions(oidc);
  const original = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(new Response('replaced'));
  const answer = await ask('https://issuer.example.com').finally(() => (globalThis.fetch = original));
  expect(await answer.text()).toBe('replaced');
});
