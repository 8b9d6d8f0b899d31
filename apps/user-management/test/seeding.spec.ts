import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BASELINE_PERMISSIONS, TENANT_ROLES, TYPE_ROLES } from '@sa-platform/contracts';
import { DEMO_ORGANISATIONS, DEMO_PEOPLE, DEMO_PRODUCTS } from '../src/modules/seeding/demo-data.js';
import { FORMER_EDITIONS } from '../src/modules/roles/former-editions.js';
import { PermissionsService } from '../src/modules/permissions/permissions.service.js';
import { Database } from '../src/platform/database/database.js';
import { dumpOf } from './dump.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ADMIN = 'admin@example.com';
const SYSTEM = { type: 'system', id: 'test' } as const;
const ROLES = [...TYPE_ROLES, ...TENANT_ROLES];

const WAITING = 'waiting@example.com';

/** One database that the service boots over again and again; the tests of a block follow each other. */
class Boots {
  private app: TestApp | null = null;
  private database: TestDatabase | null = null;

  async open(): Promise<void> {
    this.database = await createTestDatabase();
  }

  async boot(environment: Record<string, string> = {}): Promise<TestApp> {
    await this.app?.stop();
    this.app = null;
    this.app = await TestApp.start(environment, this.database!);
    return this.app;
  }

  async close(): Promise<void> {
    await this.app?.stop();
    this.app = null;
    await this.database?.drop();
  }
}

const clientOf = (running: TestApp) => running.nest.get(Database).client;
const dump = (running: TestApp) => dumpOf(running.nest.get(Database).connection);
const registered = (running: TestApp, permission: string) =>
  clientOf(running).registeredPermission.findUniqueOrThrow({ where: { permission } });
const platformRole = (running: TestApp, key: string) =>
  clientOf(running).role.findUniqueOrThrow({ where: { scope_key: { scope: '*', key } }, include: { permissions: true } });

describe('seeding an empty database', () => {
  const boots = new Boots();
  let app: TestApp;
  beforeAll(async () => {
    await boots.open();
    app = await boots.boot({ DEMO_DATA: 'false' });
  });
  afterAll(() => boots.close());

  it('registers the baseline and creates the type roles and the tenant roles, and nobody', async () => {
    const permissions = await clientOf(app).registeredPermission.findMany({ orderBy: { permission: 'asc' } });
    const expected = [...BASELINE_PERMISSIONS].sort((a, b) => (a.permission < b.permission ? -1 : 1));
    expect(permissions.map(({ permission, serviceId: service_id, description }) => ({ permission, service_id, description }))).toEqual(expected);

    const roles = await clientOf(app).role.findMany({ include: { permissions: true } });
    expect(roles.map(({ key }) => key).sort()).toEqual(ROLES.map(({ key }) => key).sort());
    for (const definition of ROLES) {
      const role = roles.find(({ key }) => key === definition.key);
      expect(role).toMatchObject({ name: definition.name, description: definition.description, isSystem: true, organisationId: null });
      expect(role!.permissions.map(({ permission }) => permission).sort()).toEqual([...definition.permissions].sort());
    }
    expect(await clientOf(app).user.count()).toBe(0);
    expect(await clientOf(app).organisation.count()).toBe(0);
  });

  it('promotes the named person when they are here already', async () => {
    const userId = await app.idOf(WAITING);
    expect((await app.as(WAITING, 'GET', 'users/me/context')).body).toMatchObject({ status: 'pending', permissions: [] });
    app = await boots.boot({ DEMO_DATA: 'false', BOOTSTRAP_ADMIN_EMAIL: WAITING.toUpperCase() });
    const { body } = await app.as(WAITING, 'GET', 'users/me/context');
    expect(body).toMatchObject({ user_id: userId, is_platform_admin: true, status: 'active', user_type: 'admin' });
    expect(body.permissions).toHaveLength(BASELINE_PERMISSIONS.length);
    expect(await clientOf(app).user.count()).toBe(1);
  });

  it('makes a new person the first admin when no active one is there, with an account to sign in with', async () => {
    // No path of the API does this; a restored backup might.
    await clientOf(app).user.updateMany({ data: { status: 'suspended' } });
    app = await boots.boot({ DEMO_DATA: 'false', BOOTSTRAP_ADMIN_EMAIL: 'First.Admin@Example.com' });
    await until(() => clientOf(app).identityJob.count(), (jobs) => jobs === 0);
    const [admin, ...others] = await clientOf(app).user.findMany({ where: { userType: 'admin', status: 'active' } });
    expect(others).toEqual([]);
    expect(admin).toMatchObject({ email: 'First.Admin@Example.com', emailCanonical: 'first.admin@example.com', externalId: expect.any(String) });
    const { body } = await app.as('first.admin@example.com', 'GET', 'users/me/context');
    expect(body).toMatchObject({ user_id: admin!.id, is_platform_admin: true });
  });

  it('makes nobody an admin while an active one is there', async () => {
    const before = await dump(app);
    app = await boots.boot({ DEMO_DATA: 'false', BOOTSTRAP_ADMIN_EMAIL: 'second@example.com' });
    expect(await dump(app)).toEqual(before);
  });
});

describe('seeding demo data', () => {
  const boots = new Boots();
  const environment = { BOOTSTRAP_ADMIN_EMAIL: 'first@example.com' };
  let app: TestApp;
  beforeAll(async () => {
    await boots.open();
    app = await boots.boot(environment);
  });
  afterAll(() => boots.close());

  it('knows every demo person in the type, status and memberships of the design, each with an account', async () => {
    for (const { email, userType, status, memberships } of DEMO_PEOPLE) {
      const user = await clientOf(app).user.findUniqueOrThrow({
        where: { emailCanonical: email },
        include: { memberships: { include: { role: true, products: true } } },
      });
      expect(user).toMatchObject({ userType, status, externalId: expect.any(String) });
      const held = user.memberships.map((membership) => ({
        organisation_id: membership.organisationId,
        role_key: membership.role.key,
        product_ids: membership.products.map(({ productId }) => productId),
      }));
      expect(held).toEqual(expect.arrayContaining(memberships));
      expect(held).toHaveLength(memberships.length);
    }
    const scopes = 'context:read users:read contact:read permissions:register events:read';
    const token = await app.token(`service:${scopes}`);
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { scope: string };
    expect(claims.scope.split(' ').sort()).toEqual(scopes.split(' ').sort());
  });

  it('changes nothing at the second boot: no row, no version, no time, no event', async () => {
    const before = await dump(app);
    expect(before.users).toHaveLength(DEMO_PEOPLE.length + 1);
    expect(before.organisations).toHaveLength(DEMO_ORGANISATIONS.length);
    expect(before.products).toHaveLength(DEMO_PRODUCTS.length);
    expect(before.mock_accounts).toHaveLength(DEMO_PEOPLE.length + 1);
    app = await boots.boot(environment);
    expect(await dump(app)).toEqual(before);
  });

  it('never undoes what a person edited: descriptions, permissions of roles, people, names', async () => {
    const readonly = await platformRole(app, 'READONLY');
    const clinician = await platformRole(app, 'clinician');
    const ownWords = { permission: 'claims:read', service_id: 'billing', description: 'Our own words' };
    const edits: [string, string, unknown?][] = [
      ['POST', 'permissions/register', ownWords],
      ['PATCH', `admin/roles/${readonly.id}`, { permissions: ['cases:read'], description: 'Sees cases' }],
      ['PATCH', `admin/roles/${clinician.id}`, { permissions: [] }],
      ['PATCH', 'admin/organisations/texas', { name: 'Texas Health' }],
      ['PATCH', 'admin/products/derm', { name: 'Skin' }],
      ['DELETE', `admin/users/${await app.idOf('patient@example.com')}`],
    ];
    for (const [method, path, json] of edits) expect((await app.as(ADMIN, method, path, json)).status).toBeLessThan(300);
    const before = await dump(app);

    app = await boots.boot(environment);
    expect(await dump(app)).toEqual(before);
    expect((await registered(app, 'claims:read')).description).toBe('Our own words');
    expect((await platformRole(app, 'READONLY')).permissions).toEqual([{ roleId: readonly.id, permission: 'cases:read' }]);
    expect((await platformRole(app, 'clinician')).permissions).toEqual([]);
  });

  it('follows a description that changed in the catalogue, unless somebody edited it, and deletes nothing', async () => {
    const service = app.nest.get(PermissionsService);
    const count = await clientOf(app).registeredPermission.count();
    const next = (permission: string, description: string) => ({ permission, service_id: 'billing', description });
    await service.seedCatalogue([next('claims:read', 'New in the catalogue'), next('claims:write', 'New in the catalogue')], SYSTEM);
    expect((await registered(app, 'claims:write')).description).toBe('New in the catalogue');
    expect((await registered(app, 'claims:read')).description).toBe('Our own words');
    // An edit stays an edit however often the catalogue changes.
    await service.seedCatalogue([next('claims:read', 'Newer still'), next('claims:write', 'Newer still')], SYSTEM);
    expect((await registered(app, 'claims:write')).description).toBe('Newer still');
    expect((await registered(app, 'claims:read')).description).toBe('Our own words');
    expect(await clientOf(app).registeredPermission.count()).toBe(count);
  });

  it("keeps a service's own words for a permission that the catalogue gets later", async () => {
    const own = { permission: 'later:read', service_id: 'example', description: 'As the service says' };
    await app.as('service', 'POST', 'permissions/register', own);
    await app.nest.get(PermissionsService).seedCatalogue([{ ...own, description: 'As the catalogue says' }], SYSTEM);
    expect((await registered(app, 'later:read')).description).toBe('As the service says');
  });
});

describe('a database that was seeded with the first edition of the canonical roles', () => {
  const [first] = FORMER_EDITIONS;
  const boots = new Boots();
  let app: TestApp;
  beforeEach(async () => {
    await boots.open();
    app = await boots.boot({ DEMO_DATA: 'true' });
    await goBack();
  });
  afterEach(() => boots.close());

  /** Leaves what a release of the first edition would have left. */
  async function goBack(): Promise<void> {
    const client = clientOf(app);
    await client.platformState.deleteMany({ where: { name: 'canonical_roles' } });
    await client.rolePermission.deleteMany({ where: { role: { key: { in: TENANT_ROLES.map(({ key }) => key) } } } });
    for (const [key, { description, permissions }] of Object.entries(first!)) {
      const { id } = await platformRole(app, key);
      await client.role.update({ where: { id }, data: { description, version: 1 } });
      await client.rolePermission.createMany({ data: permissions.map((permission) => ({ roleId: id, permission })) });
    }
    const kept = new Set([...TYPE_ROLES.flatMap(({ permissions }) => permissions), ...Object.values(first!).flatMap(({ permissions }) => permissions)]);
    const added = BASELINE_PERMISSIONS.filter(({ permission, service_id }) => service_id === 'billing' && !kept.has(permission));
    await client.registeredPermission.deleteMany({ where: { permission: { in: added.map(({ permission }) => permission) } } });
    await client.outboxEvent.deleteMany();
  }

  const heldBy = async (key: string) => (await platformRole(app, key)).permissions.map(({ permission }) => permission).sort();
  const definitionOf = (key: string) => TENANT_ROLES.find((role) => role.key === key)!;
  const edit = async (key: string, json: object) =>
    expect((await app.as(ADMIN, 'PATCH', `admin/roles/${(await platformRole(app, key)).id}`, json)).status).toBe(200);

  it('follows the catalogue: each role gets its new permissions and words once, and its holders are told', async () => {
    const before = await app.as('clinician@example.com', 'GET', 'users/me/context');
    app = await boots.boot();
    for (const { key, permissions, description } of TENANT_ROLES) {
      expect(await platformRole(app, key)).toMatchObject({ description });
      expect(await heldBy(key)).toEqual([...permissions].sort());
    }
    const after = await app.as('clinician@example.com', 'GET', 'users/me/context');
    expect(after.body.version).toBeGreaterThan(before.body.version);
    const told = await clientOf(app).outboxEvent.findMany({ where: { type: 'users.permissions.changed' } });
    const keys = told.map(({ payload }) => (JSON.parse(payload) as { role_key: string }).role_key);
    expect(keys.sort()).toEqual(['BILLING_LEAD', 'MEMBER_SERVICES', 'RCM_ANALYST', 'READONLY', 'TENANT_ADMIN']);

    const settled = await dump(app);
    app = await boots.boot();
    expect(await dump(app)).toEqual(settled);
  });

  it('leaves what somebody edited, before or after, even back to the first edition', async () => {
    await edit('MEMBER_SERVICES', { permissions: ['question_sets:read'] });
    await edit('RCM_ANALYST', { description: 'Our own words' });
    app = await boots.boot();
    expect(await heldBy('MEMBER_SERVICES')).toEqual(['question_sets:read']);
    expect(await platformRole(app, 'RCM_ANALYST')).toMatchObject({ description: 'Our own words' });
    expect(await heldBy('RCM_ANALYST')).toEqual([...definitionOf('RCM_ANALYST').permissions].sort());

    await edit('READONLY', { permissions: first!.READONLY!.permissions });
    app = await boots.boot();
    expect(await heldBy('READONLY')).toEqual(first!.READONLY!.permissions);
  });

  it('gives no role more than an edited TENANT_ADMIN holds, who could not look after its holders any more', async () => {
    const held = [...first!.TENANT_ADMIN!.permissions, 'orchestrator:read'];
    await edit('TENANT_ADMIN', { permissions: held });
    app = await boots.boot();
    expect(await heldBy('TENANT_ADMIN')).toEqual([...held].sort());
    for (const [key, { permissions }] of Object.entries(first!)) {
      if (key !== 'TENANT_ADMIN') expect(await heldBy(key)).toEqual([...permissions].sort());
    }
  });
});
