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
const refusal = expect.objectContaining({ code: 'token.invalid' });

/** What Auth0 writes into the access token of a person for an API with permissions. */
const auth0Person = {
  aud: ['api', 'https://issuer.example.com/userinfo'],
  sub: 'auth0|6f1',
  azp: 'web',
  scope: 'openid email',
  org_id: 'org_1',
  permissions: ['claims:read'],
  gty: 'password',
};

describe('OIDC', () => {
  const read = (claims: object): unknown => readPrincipal({ iss: oidc.issuer, aud: 'api', ...times, ...claims }, header, oidc);

  test.each([
    ['a person', { sub: 'auth0|1', azp: 'web' }, { type: 'user', subject: 'auth0|1' }],
    ['sub equal to client_id (RFC 9068)', { sub: 'jobs', client_id: 'jobs' }, { type: 'service', clientId: 'jobs' }],
    ['sub equal to azp', { sub: 'jobs', azp: 'jobs' }, { type: 'service', clientId: 'jobs' }],
    ['Auth0', { sub: 'abc@clients', gty: 'client-credentials' }, { type: 'service', clientId: 'abc' }],
    ['Auth0 in its RFC 9068 profile', { sub: 'abc@clients', client_id: 'abc' }, { type: 'service', clientId: 'abc' }],
    ['Auth0 with its azp', { sub: 'abc@clients', azp: 'abc', gty: 'client-credentials' }, { type: 'service', clientId: 'abc' }],
    ['a client whose own name ends in @clients', { sub: 'a@clients', azp: 'a@clients' }, { type: 'service', clientId: 'a@clients' }],
    ['@clients without the grant type', { sub: 'abc@clients' }, { type: 'user' }],
    ['@clients of another client', { sub: 'abc@clients', azp: 'web', client_id: 'web' }, { type: 'user' }],
    ['@clients after another grant', { sub: 'abc@clients', gty: 'password' }, { type: 'user' }],
    ['nothing but the suffix', { sub: '@clients', gty: 'client-credentials' }, { type: 'user' }],
    ['the grant type without @clients', { sub: 'abc', gty: 'client-credentials' }, { type: 'user' }],
    ['a scope that is an array', { sub: 'a', scope: ['context:read'] }, { scopes: [] }],
    ['scopes with spaces too many', { sub: 'a', scope: ' a  b ' }, { scopes: ['a', 'b'] }],
    ['no scope', { sub: 'a' }, { scopes: [] }],
    ['a person at Auth0, with all that it writes', auth0Person, { type: 'user', subject: 'auth0|6f1', scopes: ['openid', 'email'] }],
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
  const person = { token_use: 'access', client_id: 'web', username: 'u', scope: 'aws.cognito.signin.user.admin', version: 2 };
  const service = { token_use: 'access', client_id: 'jobs', sub: 'jobs', scope: 'users/read users/write' };
  const read = (claims: object): unknown => readPrincipal({ iss: cognito.issuer, sub: 's', ...times, ...claims }, header, cognito);

  test.each([
    ['a person', person, { type: 'user', subject: 's' }],
    ['a person with groups and an origin', { ...person, 'cognito:groups': ['jobs'], origin_jti: 'o' }, { type: 'user' }],
    ['a service', service, { type: 'service', clientId: 'jobs', scopes: ['users/read', 'users/write'] }],
    ['a person without username: only its own subject makes a client a service', { ...person, username: undefined }, { type: 'user' }],
    ['a username beside the subject of a client', { ...service, username: 'u' }, { type: 'user' }],
    ['a person with an audience, as a trigger may add one', { ...person, aud: 'other' }, { type: 'user' }],
  ])('reads %s', (_name, claims, expected) => {
    expect(read(claims)).toMatchObject(expected);
  });

  test.each([
    ['an ID token', { ...person, token_use: 'id', aud: 'web' }, 'The token is not an access token'],
    ['no token_use (aws-jwt-verify #98)', { ...person, token_use: undefined }, 'The token is not an access token'],
    ['a list of uses', { ...person, token_use: ['access'] }, 'The token is not an access token'],
    ['a client that is not listed', { ...person, client_id: 'other' }, 'The token was issued for another client'],
    ['no client', { ...person, client_id: undefined }, 'The token was issued for another client'],
    ['a client only in aud (fastapi-cloudauth #76)', { ...person, client_id: undefined, aud: 'web' }, 'The token was issued for another client'],
    ['a list of clients', { ...person, client_id: ['web'] }, 'The token was issued for another client'],
    ['a client by the name of a method', { ...person, client_id: 'has' }, 'The token was issued for another client'],
    ['another pool', { ...person, iss: `${cognito.issuer}x` }, 'The token was issued by another issuer'],
    ['no subject', { ...person, sub: undefined }, 'The token names no subject'],
  ])('refuses %s', (_name, claims, message) => {
    expect(() => read(claims)).toThrow(expect.objectContaining({ code: 'token.invalid', message }));
  });

  test('says that a token has expired only when nothing else is wrong', () => {
    expect(() => read({ ...person, exp: 1 })).toThrow(expect.objectContaining({ code: 'token.expired' }));
    expect(() => read({ ...person, exp: 1, client_id: 'other' })).toThrow(refusal);
    expect(() => read({ ...person, exp: 1, token_use: 'id' })).toThrow(refusal);
  });
});

test.each<unknown>([undefined, null, 'claims', 7, true])('refuses claims that are no object: %j', (claims) => {
  const refused = expect.objectContaining({ code: 'token.invalid', message: 'The token carries no claims' });
  expect(() => readPrincipal(claims, header, oidc)).toThrow(refused);
});

describe("Cognito's scopes", () => {
  const scopesOf = (scope: unknown, resourceServer?: string): unknown => {
    const options = checkVerifierOptions({
      ...{ provider: 'cognito', issuer: cognito.issuer, clientIds: ['jobs'], jwksUri },
      ...(resourceServer === undefined ? {} : { resourceServer }),
    });
    const claims = { iss: cognito.issuer, token_use: 'access', client_id: 'jobs', sub: 'jobs', ...times, scope };
    return (readPrincipal(claims, header, options) as { scopes: unknown }).scopes;
  };

  test('lose the identifier of our resource server, and that of no other', () => {
    const scope = 'users/context:read other/context:read users2/users:read openid';
    expect(scopesOf(scope, 'users')).toEqual(['context:read', 'other/context:read', 'users2/users:read', 'openid']);
    expect(scopesOf('https://users.example.com/context:read', 'https://users.example.com')).toEqual(['context:read']);
  });

  test('are left as they are without one', () => {
    expect(scopesOf('users/context:read')).toEqual(['users/context:read']);
    expect(scopesOf(['users/context:read'], 'users')).toEqual([]);
  });
});
