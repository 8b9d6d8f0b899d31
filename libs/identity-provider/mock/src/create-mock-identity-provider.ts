import { createLocalJWKSet, type JSONWebKeySet, type JWK } from 'jose';
import Provider from 'oidc-provider';
import { createPeople } from './create-people.js';
import { createRouter } from './mock-router.js';
import { MockIdentityAdapter } from './mock-identity-adapter.js';
import type { MockIdentityProvider, MockOptions } from './mock-options.js';
import { mountOf } from './mount-path.js';
import { chooseDevTokenClient, originsOf } from './oidc-clients.js';
import { buildOidcConfiguration } from './oidc-configuration.js';
import { PendingChanges } from './pending-changes.js';
import { issueDevToken } from './token-issuer.js';

/**
 * A real OIDC issuer for development and tests, and the port to its accounts. It hands out tokens without a password
 * (`dev-token`), so it must never face the internet.
 *
 * @throws when `environment` is `production`, a signing key is not a private RS256 key, or a client is not valid
 * @example
 * const idp = await createMockIdentityProvider({
 *   issuer: 'http://127.0.0.1:3000/mock-idp',
 *   audience: 'https://user-management.local',
 *   accounts: new MemoryAccountStore(),
 *   mails: new MemoryMailStore(),
 *   signInFailures: new MemorySignInFailureStore(),
 *   signingKeys: await loadOrCreateSigningKeys('.data/mock-idp-keys.json'),
 *   clients: [{ clientId: 'admin-ui', name: 'Admin', scopes: ['openid', 'email'], redirectUris: ['http://localhost:5173/callback'] }],
 *   canonicalEmail: (email) => email.trim().normalize('NFKC').toLowerCase(),
 * });
 * createServer((req, res) => idp.handle(req, res)).listen(3000);
 */
export async function createMockIdentityProvider(options: MockOptions): Promise<MockIdentityProvider> {
  refuseProduction(options.environment);
  const { issuer, audience, accounts, canonicalEmail } = options;
  const publicKeys = createLocalJWKSet(toPublicKeys(options.signingKeys));
  const people = createPeople(options);
  const { directory, mailbox } = people;
  const devClient = chooseDevTokenClient(options.clients);
  const clients = options.clients.includes(devClient) ? options.clients : [...options.clients, devClient];
  const mount = mountOf(issuer);
  const oidc = new Provider(issuer, buildOidcConfiguration({ options, clients, directory, mountPath: mount.path }));
  // An https issuer has something in front that ends TLS: only its forwarded headers know the address people use.
  oidc.proxy = issuer.startsWith('https:');
  const report = (error: Error): void => options.onError?.(error);
  oidc.onerror = report;
  oidc.on('server_error', (_ctx, error) => report(error));
  const tokens = { oidc, directory, client: devClient, audience };
  const origins = clients.flatMap((client) => originsOf(client.redirectUris));
  return Promise.resolve({
    provider: new MockIdentityAdapter({ ...people, accounts, canonicalEmail }),
    handle: createRouter({
      ...people, mount, mountPath: mount.path, oidc, tokens, report, pending: new PendingChanges(),
      userinfo: { issuer, audience, accounts, publicKeys, origins },
    }),
    seedAccount: (input) => directory.seed(input),
    deliver: (mail) => mailbox.deliver(mail),
    issueTokenFor: (email) => issueDevToken(tokens, email),
  });
}

/**
 * The mock signs anybody in: in production it would be an open door.
 *
 * @throws when `environment` is `production`
 */
export function refuseProduction(environment: string | undefined): void {
  if (environment === 'production') {
    throw new Error('the mock identity provider refuses to start in production: set IDENTITY_PROVIDER to auth0 or cognito');
  }
}

function toPublicKeys(signingKeys: JWK[]): JSONWebKeySet {
  const keys = signingKeys.map(({ kty, n, e, kid, alg, use, d }) => {
    if (kty !== 'RSA' || alg !== 'RS256' || kid === undefined || d === undefined) {
      throw new Error('every signing key has to be a private RS256 key with a kid');
    }
    return { kty, n, e, kid, alg, use };
  });
  if (keys.length === 0) throw new Error('the mock identity provider needs a signing key');
  return { keys };
}
