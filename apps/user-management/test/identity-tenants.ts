import { startFakeAuth0, startFakeCognito, type FakeAuth0Options, type FaultQueue, type Ledger } from '@sa-platform/identity-provider-fakes';
import type { TestIssuer } from '@sa-platform/auth-client/testing';

/** The subject of the platform admin who asks in these tests; `addAdmin` makes them. */
export const ADMIN_SUBJECT = 'auth0|the-admin';

const COGNITO_CLIENT_ID = 'fakeclient';
/** So fast that a test waits for nothing but what it scripts. */
const UNHURRIED = { burst: 10_000, perSecond: 10_000 };

/** An account as the fake keeps it, read past its API. */
export interface Account {
  externalId: string;
  /** Our mark. */
  userId: string | null;
  email: string;
  name: string;
  blocked: boolean;
  /** User type, status, sorted roles and organisations. */
  claims: string;
}

/** A stand-in of an identity provider, the same to look at whichever it stands for. */
export interface Tenant {
  provider: 'auth0' | 'cognito';
  address: string;
  faults: FaultQueue;
  ledger: Ledger;
  /** What the provider calls our creation, change and block of an account. */
  operations: { create: string; update: string; block: string; read: string; password: string };
  accounts(): Account[];
  /** Somebody makes an account without us. */
  plant(email: string): void;
  signIn(email: string, password: string): boolean;
  /** How often the person was told that there is an account for them. */
  invitations(email: string): number;
  /** How the service finds it; another address is that of a proxy. */
  environment(issuer: TestIssuer, address?: string): Record<string, string>;
  /** A token of this subject that the service takes. */
  token(issuer: TestIssuer, subject: string): string;
  stop(): Promise<void>;
}

export const TENANTS = { auth0: startAuth0Tenant, cognito: startCognitoTenant };

export async function startAuth0Tenant(options: FakeAuth0Options & { requestsPerSecond?: number } = {}): Promise<Tenant> {
  const { requestsPerSecond = 100, ...settings } = options;
  const fake = await startFakeAuth0({ rateLimit: UNHURRIED, ...settings });
  return {
    provider: 'auth0',
    address: fake.address,
    faults: fake.faults,
    ledger: fake.ledger,
    operations: { create: 'users.create', update: 'users.update', block: 'users.update', read: 'users.get', password: 'users.update' },
    accounts: () =>
      fake.users.list().map((account) => {
        const { user_management: mark, user_management_claims: claims } = account.app_metadata as {
          user_management?: { user_id: string };
          user_management_claims?: { user_type: string; status: string; roles: string[]; organisations: string[] };
        };
        return {
          externalId: account.user_id,
          userId: mark?.user_id ?? null,
          email: account.email,
          name: account.name,
          blocked: account.blocked,
          claims: claims ? textOf(claims.user_type, claims.status, claims.roles, claims.organisations) : '',
        };
      }),
    plant: (email) => void fake.users.seed({ email }),
    signIn: (email, password) => fake.users.signIn(email, password),
    invitations: (email) => fake.mails.filter(({ kind, to }) => kind === 'change_password' && to === email).length,
    environment: ({ issuer, jwksUri, audience }, address = fake.address) => ({
      IDENTITY_PROVIDER: 'auth0',
      AUTH0_DOMAIN: fake.settings.domain,
      AUTH0_MANAGEMENT_CLIENT_ID: fake.settings.clientId,
      AUTH0_MANAGEMENT_CLIENT_SECRET: fake.settings.clientSecret,
      AUTH0_MANAGEMENT_API_URL: address,
      AUTH0_REQUESTS_PER_SECOND: String(requestsPerSecond),
      AUTH0_API_AUDIENCE: audience,
      AUTH_ISSUER: issuer,
      AUTH_JWKS_URI: jwksUri,
      DEMO_DATA: 'false',
    }),
    token: (issuer, subject) => issuer.issue({ sub: subject }),
    stop: () => fake.stop(),
  };
}

export async function startCognitoTenant(options: Parameters<typeof startFakeCognito>[0] = {}): Promise<Tenant> {
  const fake = await startFakeCognito(options);
  return {
    provider: 'cognito',
    address: fake.address,
    faults: fake.faults,
    ledger: fake.ledger,
    operations: {
      create: 'AdminCreateUser',
      update: 'AdminUpdateUserAttributes',
      block: 'AdminDisableUser',
      read: 'ListUsers',
      password: 'AdminSetUserPassword',
    },
    accounts: () =>
      fake.users.list().map(({ sub, attributes, enabled, groups }) => {
        const list = (name: string) => (attributes.get(name) ?? '').split(',').filter(Boolean);
        const [type, status] = [attributes.get('custom:user_type') ?? '', attributes.get('custom:status') ?? ''];
        return {
          externalId: sub,
          userId: attributes.get('custom:user_id') ?? null,
          email: attributes.get('email') ?? '',
          name: attributes.get('name') ?? '',
          blocked: !enabled,
          // Tokens show the groups, lists the attribute: where the two differ, neither is what we wanted.
          claims: isSame(list('custom:roles'), [...groups]) ? textOf(type, status, [...groups], list('custom:organisations')) : 'groups differ',
        };
      }),
    plant: (email) => void fake.users.seed({ email }),
    signIn: (email, password) => fake.signIn(email, password),
    invitations: (email) => fake.mails.filter(({ kind, to }) => kind === 'invitation' && to === email).length,
    environment: ({ issuer, jwksUri }, address = fake.address) => ({
      IDENTITY_PROVIDER: 'cognito',
      COGNITO_USER_POOL_ID: fake.userPoolId,
      COGNITO_CLIENT_IDS: COGNITO_CLIENT_ID,
      COGNITO_ENDPOINT: address,
      AUTH_ISSUER: issuer,
      AUTH_JWKS_URI: jwksUri,
      DEMO_DATA: 'false',
      AWS_ACCESS_KEY_ID: 'fake',
      AWS_SECRET_ACCESS_KEY: 'fake',
    }),
    token: (issuer, subject) => issuer.issue({ sub: subject, aud: undefined, token_use: 'access', client_id: COGNITO_CLIENT_ID }),
    stop: () => fake.stop(),
  };
}

function isSame(one: string[], other: string[]): boolean {
  return one.sort().join() === other.sort().join();
}

/** One text for what an account or a user says of type, status, roles and organisations. */
export function textOf(type: string, status: string, roles: string[], organisations: string[]): string {
  return JSON.stringify([type, status, [...roles].sort(), [...organisations].sort()]);
}
