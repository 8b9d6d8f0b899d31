import { startFakeAuth0, type FakeAuth0, type SeedAuth0Account } from '@sa-platform/identity-provider-fakes';
import type { TestIssuer } from '@sa-platform/auth-client/testing';
import type { DriftKind } from '../src/modules/drift/drift.js';
import type { PrismaClient } from '../src/platform/database/generated/postgresql/client.js';
import { addAdmin } from './identity-admin.js';
import { ADMIN_SUBJECT } from './identity-tenants.js';

const ROWS_AT_ONCE = 500;
/** Far enough back that every account is older than what the test makes. */
const FIRST_CREATED = Date.UTC(2025, 0, 1);
export const LIST_LAG_MS = 10_000;
const UNHURRIED = { burst: 10_000, perSecond: 10_000 };

/** A tenant of Auth0 whose lists are ten seconds behind. */
export function startLaggingAuth0(): Promise<FakeAuth0> {
  return startFakeAuth0({ rateLimit: UNHURRIED, listLagMs: LIST_LAG_MS, roles: ['Auditor', 'Biller'] });
}

export function environmentOf({ settings, address }: FakeAuth0, { issuer, jwksUri, audience }: TestIssuer): Record<string, string> {
  return {
    IDENTITY_PROVIDER: 'auth0',
    AUTH0_DOMAIN: settings.domain,
    AUTH0_MANAGEMENT_CLIENT_ID: settings.clientId,
    AUTH0_MANAGEMENT_CLIENT_SECRET: settings.clientSecret,
    AUTH0_MANAGEMENT_API_URL: address,
    AUTH0_REQUESTS_PER_SECOND: '100',
    AUTH0_API_AUDIENCE: audience,
    AUTH_ISSUER: issuer,
    AUTH_JWKS_URI: jwksUri,
    DEMO_DATA: 'false',
  };
}

/** Both sides of a platform, with differences that the test knows of: `kind subject` of each. */
export class Plantation {
  readonly planted = new Set<string>();

  /** @param perKind how many differences of each kind; even */
  constructor(
    private readonly prisma: PrismaClient,
    private readonly auth0: FakeAuth0,
    private readonly size: number,
    private readonly perKind: number,
  ) {}

  async plant(): Promise<void> {
    await this.prisma.organisation.create({ data: { id: 'texas', name: 'Texas' } });
    const role = await this.prisma.role.findFirstOrThrow({ where: { key: 'BILLER', scope: '*' } });
    for (let from = 0; from < this.size; from += ROWS_AT_ONCE) {
      const indexes = Array.from({ length: Math.min(ROWS_AT_ONCE, this.size - from) }, (_, index) => from + index);
      await this.prisma.user.createMany({ data: indexes.map((index) => this.userRow(index)) });
      const toMembership = (index: number) => ({ id: this.idOf(index), userId: this.idOf(index), organisationId: 'texas', roleId: role.id });
      await this.prisma.orgMembership.createMany({ data: indexes.map(toMembership) });
    }
    for (let index = 0; index < this.size; index++) this.plantAccount(index);
    for (let index = 0; index < this.perKind; index++) this.plantStray(index);
    const admin = await addAdmin({ prisma: this.prisma });
    const claims = { user_type: 'admin', status: 'active', roles: [], organisations: [] };
    this.seed(this.size, { user_id: ADMIN_SUBJECT, email: 'the.admin@example.com', app_metadata: metadataOf(admin, claims) });
    // Older than the lag: the lists know all of it.
    this.auth0.advance(LIST_LAG_MS + 1);
  }

  /** Users that nothing was planted on: the last ones. */
  untouched(count: number): string[] {
    return Array.from({ length: count }, (_, index) => this.idOf(this.size - 1 - index));
  }

  private idOf(index: number): string {
    return `planted-${String(index).padStart(6, '0')}`;
  }

  /** The first ones of each five by five get a difference of a kind; null for all others. */
  private kindOf(index: number): DriftKind | null {
    const kinds = ['missing_there', 'blocked_differs', 'email_differs', 'claims_differ'] as const;
    return kinds[Math.floor(index / this.perKind)] ?? null;
  }

  /** Every second user with a block that differs is suspended here and open there, the others the other way round. */
  private isSuspended(index: number): boolean {
    return this.kindOf(index) === 'blocked_differs' && index % 2 === 0;
  }

  private userRow(index: number) {
    const id = this.idOf(index);
    const email = `${id}@example.com`;
    const status = this.isSuspended(index) ? 'suspended' : 'active';
    return { id, externalId: `auth0|${id}`, email, emailCanonical: email, displayName: id, searchText: email, userType: 'user', status };
  }

  private plantAccount(index: number): void {
    const id = this.idOf(index);
    const kind = this.kindOf(index);
    if (kind !== null) this.planted.add(`${kind} ${id}`);
    if (kind === 'missing_there') return;
    const roles = kind === 'claims_differ' ? ['TENANT_ADMIN'] : ['BILLER'];
    const status = this.isSuspended(index) ? 'suspended' : 'active';
    this.seed(index, {
      user_id: `auth0|${id}`,
      email: kind === 'email_differs' ? `moved-${id}@example.com` : `${id}@example.com`,
      blocked: kind === 'blocked_differs' && !this.isSuspended(index),
      app_metadata: metadataOf(id, { user_type: 'user', status, roles, organisations: ['texas'] }),
    });
  }

  /** Accounts without a user: every second one carries the mark of somebody who is gone. */
  private plantStray(index: number): void {
    const externalId = `auth0|stray-${index}`;
    const isOurs = index % 2 === 0;
    this.planted.add(`missing_here ${externalId}`);
    const metadata = metadataOf(`gone-${index}`, { user_type: 'user', status: 'active', roles: [], organisations: [] });
    this.seed(this.size + 1 + index, { user_id: externalId, email: `stray-${index}@example.com`, app_metadata: isOurs ? metadata : {} });
  }

  private seed(index: number, account: SeedAuth0Account): void {
    const at = new Date(FIRST_CREATED + index * 1_000).toISOString();
    this.auth0.users.seed({ name: account.email, created_at: at, updated_at: at, ...account });
  }
}

function metadataOf(userId: string, claims: object): Record<string, unknown> {
  return { user_management: { user_id: userId }, user_management_claims: claims };
}
