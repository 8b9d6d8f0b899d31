import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountRef } from '@sa-platform/identity-provider';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import {
  createMockIdentityProvider,
  MemoryAccountStore,
  MemoryMailStore,
  MemorySignInFailureStore,
  type MockIdentityProvider,
  type MockOptions,
} from '../src/index.js';

export const AUDIENCE = 'https://user-management.local';
export const REDIRECT_URI = 'http://127.0.0.1:4999/callback';
export const SERVICE_SCOPES = ['context:read', 'users:read', 'contact:read', 'permissions:register', 'events:read'];

/** A running issuer: the library's real code over real HTTP; only the stores are in memory. */
export interface IssuerUnderTest {
  issuer: string;
  origin: string;
  idp: MockIdentityProvider;
  accounts: MemoryAccountStore;
  mails: MemoryMailStore;
  signInFailures: MemorySignInFailureStore;
  /** Puts the issuer's clock forward. */
  wait(ms: number): void;
  errors: Error[];
  stop(): Promise<void>;
}

/** What names an account of the mock at the port. */
export function refTo(externalId: string): AccountRef {
  return { externalId, username: null };
}

export async function generateKeys(): Promise<JWK[]> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return [{ ...(await exportJWK(privateKey)), kid: 'test-key', alg: 'RS256', use: 'sig' }];
}

let keys: Promise<JWK[]> | undefined;

/** `strips` the mount path before handing over, as frameworks with a prefix router do. */
export async function startIssuer(more: Partial<MockOptions> & { strips?: boolean } = {}): Promise<IssuerUnderTest> {
  const { strips = false, ...options } = more;
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/mock-idp`;
  const accounts = new MemoryAccountStore();
  const mails = new MemoryMailStore();
  const signInFailures = new MemorySignInFailureStore();
  let waited = 0;
  const errors: Error[] = [];
  const idp = await createMockIdentityProvider({
    issuer,
    audience: AUDIENCE,
    accounts,
    mails,
    signInFailures,
    now: () => Date.now() + waited,
    signingKeys: await (keys ??= generateKeys()),
    canonicalEmail: (email) => email.trim().normalize('NFKC').toLowerCase(),
    clients: [
      { clientId: 'admin-ui', name: 'Admin <UI>', scopes: ['openid', 'profile', 'email', 'offline_access'], redirectUris: [REDIRECT_URI] },
      { clientId: 'example-service', clientSecret: 'example-service-secret', name: 'Example', scopes: SERVICE_SCOPES, redirectUris: [] },
    ],
    onError: (error) => errors.push(error),
    ...options,
  }).catch(async (error: unknown) => {
    await stop(server);
    throw error;
  });
  server.on('request', (req, res) => {
    if (strips) req.url = req.url?.slice('/mock-idp'.length) || '/';
    idp.handle(req, res);
  });
  const wait = (ms: number) => {
    waited += ms;
  };
  return { issuer, origin, idp, accounts, mails, signInFailures, wait, errors, stop: () => stop(server) };
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => { server.close(() => resolve()); });
}
