import { TokenVerifier } from './token-verifier.js';
import type { VerifierOptions } from './verifier-options.js';

const oidc = {
  provider: 'oidc',
  issuer: 'https://issuer.example.com/',
  audience: 'https://api.example.com',
  jwksUri: 'https://issuer.example.com/jwks',
} as const;
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
  ['jwksUri', { ...oidc, jwksUri: undefined }],
  ['jwksUri', { ...oidc, jwksUri: 'file:///etc/passwd' }],
  ['provider', { ...oidc, provider: undefined }],
  ['provider', { ...oidc, provider: 'auth0' }],
  ['clientIds', { ...cognito, clientIds: undefined }],
  ['clientIds', { ...cognito, clientIds: [] }],
  ['clientIds', { ...cognito, clientIds: [''] }],
  ['clientIds', { ...cognito, clientIds: 'web' }],
  ['algorithms', { ...oidc, algorithms: [] }],
  ['algorithms', { ...oidc, algorithms: ['HS256'] }],
  ['algorithms', { ...oidc, algorithms: ['none'] }],
  ['algorithms', { ...oidc, algorithms: 'RS256' }],
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
