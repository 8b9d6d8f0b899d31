import { readPrincipal } from './token-claims.js';
import { checkVerifierOptions } from './verifier-options.js';

const jwksUri = 'https://issuer.example.com/jwks';
const oidc = checkVerifierOptions({ provider: 'oidc', issuer: 'https://issuer.example.com', audience: 'api', jwksUri });
const cognito = checkVerifierOptions({
  provider: 'cognito',
  issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/pool',
  clientIds: ['web', 'jobs'],
  jwksUri,
});
const header = { algorithm: 'RS256', keyId: 'k', isDeclaredAccessToken: false };
const times = { iat: 1, exp: Date.now() / 1000 + 60 };

describe('OIDC', () => {
  const read = (claims: object): unknown => readPrincipal({ ...times, ...claims }, header, oidc);

  test.each([
    ['a person', { sub: 'auth0|1', azp: 'web' }, { type: 'user', subject: 'auth0|1' }],
    ['sub equal to client_id (RFC 9068)', { sub: 'jobs', client_id: 'jobs' }, { type: 'service', clientId: 'jobs' }],
    ['sub equal to azp', { sub: 'jobs', azp: 'jobs' }, { type: 'service', clientId: 'jobs' }],
    ['Auth0', { sub: 'abc@clients', gty: 'client-credentials' }, { type: 'service', clientId: 'abc' }],
    ['@clients without the grant type', { sub: 'abc@clients' }, { type: 'user' }],
    ['the grant type without @clients', { sub: 'abc', gty: 'client-credentials' }, { type: 'user' }],
    ['a scope that is an array', { sub: 'a', scope: ['context:read'] }, { scopes: [] }],
  ])('reads %s', (_name, claims, expected) => {
    expect(read(claims)).toMatchObject(expected);
  });

  test('permissions of the token are no scopes: what a person may do is in their context', () => {
    expect(read({ sub: 'a', permissions: ['context:read'] })).toMatchObject({ scopes: [] });
  });

  test('the expiry is in milliseconds', () => {
    expect(read({ sub: 'a' })).toMatchObject({ expiresAtMs: times.exp * 1000 });
  });
});

describe('Cognito', () => {
  const read = (claims: object): unknown => readPrincipal({ ...times, sub: 's', ...claims }, header, cognito);

  test('reads a person and a service', () => {
    const access = { token_use: 'access', scope: 'users/read' };
    expect(read({ ...access, client_id: 'web', username: 'u' })).toMatchObject({ type: 'user', subject: 's' });
    expect(read({ ...access, client_id: 'jobs', sub: 'jobs' })).toMatchObject({
      type: 'service',
      clientId: 'jobs',
      scopes: ['users/read'],
    });
  });

  test.each([
    ['an ID token', { token_use: 'id', aud: 'web', client_id: 'web', username: 'u' }],
    ['no token_use (aws-jwt-verify #98)', { client_id: 'web', username: 'u' }],
    ['a client that is not listed', { token_use: 'access', client_id: 'other', username: 'u' }],
    ['a client only in aud (fastapi-cloudauth #76)', { token_use: 'access', aud: 'web', username: 'u' }],
    ['a list of clients', { token_use: 'access', client_id: ['web'], username: 'u' }],
  ])('refuses %s', (_name, claims) => {
    expect(() => read(claims)).toThrow(expect.objectContaining({ code: 'token.invalid' }));
  });
});
