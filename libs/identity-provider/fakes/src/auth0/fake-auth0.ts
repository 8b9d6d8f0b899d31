import type { FaultQueue } from '../fault-queue.js';
import { FakeServer } from '../fake-server.js';
import type { Ledger } from '../ledger.js';
import { DEFAULT_SETTINGS, type Auth0Settings, type SentMail } from './auth0-settings.js';
import type { Auth0Users } from './auth0-users.js';
import { Auth0Vendor } from './auth0-vendor.js';

/** What a tenant is set to, where it is not as on the Free plan. */
export interface FakeAuth0Options extends Partial<Auth0Settings> {
  /** 0 picks a free one. */
  port?: number;
}

/** A tenant of Auth0 on loopback that keeps what it is told. */
export interface FakeAuth0 {
  /** For `AUTH0_MANAGEMENT_API_URL`: the API below `/api/v2/`, tokens at `/oauth/token`. */
  address: string;
  faults: FaultQueue;
  ledger: Ledger;
  users: Auth0Users;
  /** The mails that would have left, in order. */
  mails: SentMail[];
  /** May be changed while the tenant runs. */
  settings: Auth0Settings;
  /** Every access token is worth nothing from now on. */
  revokeTokens(): void;
  /** Moves the tenant's clock forward, in milliseconds. */
  advance(milliseconds: number): void;
  stop(): Promise<void>;
}

/**
 * Starts a tenant.
 *
 * @example
 * const auth0 = await startFakeAuth0({ rateLimit: { burst: 50, perSecond: 16 } });
 * auth0.faults.script('users.create', { kind: 'status', status: 500, applied: true });
 */
export async function startFakeAuth0({ port, ...settings }: FakeAuth0Options = {}): Promise<FakeAuth0> {
  const tenant = { ...DEFAULT_SETTINGS, ...settings };
  const vendor = new Auth0Vendor(tenant, () => server.now);
  const server: FakeServer = new FakeServer(vendor);
  await server.start(port);
  return {
    address: server.address,
    faults: server.faults,
    ledger: server.ledger,
    users: vendor.users,
    mails: vendor.mails,
    settings: tenant,
    revokeTokens: () => vendor.tokens.revokeAll(),
    advance: (milliseconds) => server.advance(milliseconds),
    stop: () => server.stop(),
  };
}
