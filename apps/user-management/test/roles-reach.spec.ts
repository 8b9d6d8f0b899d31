import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { TestApp, type Answer } from './test-app.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';

describe('roles in the reach of an organisation’s administrator', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const ask = (who: string, method: string, path: string, json?: unknown) => app.as(who, method, path, json);
  const tenant = (method: string, path: string, json?: unknown) => ask(TENANT_ADMIN, method, path, json);

  let made = 0;
  async function create(more: object): Promise<{ id: string; path: string }> {
    made += 1;
    const { status, body } = await ask(ADMIN, 'POST', 'admin/roles', { key: `R_${made}`, name: `R ${made}`, ...more });
    expect(status).toBe(201);
    return { id: body.id, path: `admin/roles/${String(body.id)}` };
  }
  async function refused(request: () => Promise<Answer>, status: number, code: string): Promise<void> {
    const before = await dumpDatabase(app);
    const answer = await request();
    expect([answer.status, answer.body?.code]).toEqual([status, code]);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
  }
  async function pathOf(key: string): Promise<string> {
    const { body } = await ask(ADMIN, 'GET', `admin/roles?limit=100&search=${key}`);
    return `admin/roles/${String(body.items.find((role: { key: string }) => role.key === key).id)}`;
  }
  /** Somebody who holds exactly these permissions, by a role of their own in the organisation. */
  async function somebodyWith(permissions: string[], organisation_id: string): Promise<string> {
    const { id } = await create({ organisation_id, permissions });
    const email = `holder-${made}@example.com`;
    const memberships = [{ organisation_id, role_id: id }];
    const answer = await ask(ADMIN, 'POST', 'admin/users', { email, display_name: 'Holder', user_type: 'user', memberships });
    expect(answer.status).toBe(201);
    return email;
  }

  it('are the platform’s and its own; those of others are not found and stay untouched', async () => {
    const own = await create({ organisation_id: 'texas', permissions: ['claims:read'] });
    const foreign = await create({ organisation_id: 'mississippi', permissions: ['claims:read'] });
    const { body } = await tenant('GET', 'admin/roles?limit=100');
    const ids: string[] = body.items.map(({ id }: { id: string }) => id);
    expect([ids.includes(own.id), ids.includes(foreign.id), body.total]).toEqual([true, false, ids.length]);
    const organisations = new Set(body.items.map(({ organisation_id: id }: { organisation_id: string | null }) => id));
    expect(organisations).toEqual(new Set([null, 'texas']));
    expect((await tenant('GET', 'admin/roles?organisation_id=mississippi')).body.items.every(isOfPlatform)).toBe(true);
    await refused(() => tenant('GET', foreign.path), 404, 'role.not_found');
    await refused(() => tenant('PATCH', foreign.path, { name: 'Mine' }), 404, 'role.not_found');
    await refused(() => tenant('DELETE', foreign.path), 404, 'role.not_found');
  });

  const isOfPlatform = ({ organisation_id: id }: { organisation_id: string | null }) => id === null;

  it('can be made, changed and deleted there', async () => {
    const body = { key: 'OWN', name: 'Own', organisation_id: 'texas', permissions: ['claims:read'] };
    const created = await tenant('POST', 'admin/roles', body);
    expect([created.status, created.body.organisation_id]).toEqual([201, 'texas']);
    const path = `admin/roles/${String(created.body.id)}`;
    const changed = await tenant('PATCH', path, { permissions: ['claims:write'] });
    expect([changed.status, changed.body.permissions]).toEqual([200, ['claims:write']]);
    expect((await tenant('DELETE', path)).status).toBe(204);
  });

  it('can not be made elsewhere, whether that organisation exists or not, nor for the platform', async () => {
    for (const organisation_id of ['mississippi', 'nowhere', null, undefined]) {
      await refused(() => tenant('POST', 'admin/roles', { key: 'X', name: 'X', organisation_id }), 403, 'access.denied');
    }
  });

  it('of the platform can be read but not changed', async () => {
    for (const key of ['READONLY', 'TENANT_ADMIN', 'patient']) {
      const path = await pathOf(key);
      expect((await tenant('GET', path)).status).toBe(200);
      await refused(() => tenant('PATCH', path, { description: 'Mine' }), 403, 'access.denied');
    }
    const { path } = await create({ permissions: ['claims:read'] });
    await refused(() => tenant('PATCH', path, { permissions: [] }), 403, 'access.denied');
    await refused(() => tenant('DELETE', path), 403, 'access.denied');
    await refused(async () => tenant('DELETE', await pathOf('READONLY')), 403, 'role.system');
  });

  it('can not be given what their editor does not hold there', async () => {
    const forbidden = { key: 'X', name: 'X', organisation_id: 'texas', permissions: ['claims:read', 'cases:read'] };
    await refused(() => tenant('POST', 'admin/roles', forbidden), 403, 'role.exceeds_actor');
    const { path } = await create({ organisation_id: 'texas', permissions: ['claims:read'] });
    await refused(() => tenant('PATCH', path, { permissions: ['cases:read'] }), 403, 'role.exceeds_actor');
  });

  it('can not be edited, emptied or deleted by somebody who holds less than they give', async () => {
    const { path } = await create({ organisation_id: 'texas', permissions: ['claims:read', 'cases:read'] });
    for (const changes of [{ name: 'Other' }, { permissions: ['claims:read'] }, { permissions: [] }, { description: 'x' }]) {
      await refused(() => tenant('PATCH', path, changes), 403, 'role.exceeds_actor');
    }
    await refused(() => tenant('DELETE', path), 403, 'role.exceeds_actor');
  });

  it('keep what their editor holds through nothing else: nobody demotes themselves', async () => {
    const email = await somebodyWith(['admin:roles:read', 'admin:roles:write', 'claims:read'], 'texas');
    const { body } = await app.as(email, 'GET', 'users/me/context');
    const { role } = body.memberships[0];
    const path = `admin/roles/${String(role.id)}`;
    for (const permissions of [[], ['admin:roles:read', 'admin:roles:write'], ['claims:read']]) {
      await refused(() => ask(email, 'PATCH', path, { permissions }), 403, 'user.self_change');
    }
    expect((await ask(email, 'PATCH', path, { name: 'Other' })).status).toBe(200);
    const reader = { organisation_id: 'texas', role_key: 'READONLY' };
    expect((await ask(ADMIN, 'POST', `admin/users/${String(body.user_id)}/memberships`, reader)).status).toBe(201);
    const rest = ['admin:roles:read', 'admin:roles:write'];
    expect((await ask(email, 'PATCH', path, { permissions: rest })).body.permissions).toEqual(rest);
  });

  it('count the members that their reader may see', async () => {
    const { path, id } = await create({ permissions: ['claims:read'] });
    const clinician = await app.idOf('clinician@example.com');
    const patient = await app.idOf('patient@example.com');
    for (const [userId, organisation_id] of [[clinician, 'texas'], [clinician, 'mississippi'], [patient, 'mississippi']] as const) {
      const { status } = await ask(ADMIN, 'POST', `admin/users/${userId}/memberships`, { organisation_id, role_id: id });
      expect(status).toBe(201);
    }
    expect((await ask(ADMIN, 'GET', path)).body.member_count).toBe(2);
    expect((await tenant('GET', path)).body.member_count).toBe(1);
    const elsewhere = await somebodyWith(['admin:roles:read'], 'mississippi');
    expect((await ask(elsewhere, 'GET', path)).body.member_count).toBe(2);
    const listed = async (who: string, query = '') => {
      const { body } = await ask(who, 'GET', `admin/roles?limit=100${query}`);
      return body.items.find((role: { id: string }) => role.id === id).member_count;
    };
    expect([await listed(ADMIN), await listed(TENANT_ADMIN), await listed(elsewhere)]).toEqual([2, 1, 2]);
    const inTexas = '&organisation_id=texas';
    expect([await listed(ADMIN, inTexas), await listed(TENANT_ADMIN, inTexas), await listed(elsewhere, inTexas)]).toEqual([1, 1, 0]);
  });

  it('need the permission to read for reading and to write for writing, in that organisation', async () => {
    const reader = await somebodyWith(['admin:roles:read'], 'texas');
    const { path } = await create({ organisation_id: 'texas' });
    expect((await ask(reader, 'GET', path)).status).toBe(200);
    expect((await ask(reader, 'GET', 'admin/roles')).status).toBe(200);
    for (const [method, target, json] of [
      ['POST', 'admin/roles', { key: 'X', name: 'X', organisation_id: 'texas' }],
      ['PATCH', path, { name: 'X' }],
      ['DELETE', path, undefined],
    ] as const) {
      await refused(() => ask(reader, method, target, json), 403, 'access.denied');
    }
    const writer = await somebodyWith(['admin:roles:write'], 'texas');
    await refused(() => ask(writer, 'GET', path), 403, 'access.denied');
    await refused(() => ask('biller@example.com', 'GET', 'admin/roles'), 403, 'access.denied');
  });

  it('do not add up over two organisations', async () => {
    const email = await somebodyWith(['admin:roles:write', 'admin:roles:read'], 'mississippi');
    const userId = await app.idOf(email);
    const texan = { organisation_id: 'texas', role_key: 'BILLER' };
    expect((await ask(ADMIN, 'POST', `admin/users/${userId}/memberships`, texan)).status).toBe(201);
    const withClaims = { key: 'X', name: 'X', permissions: ['claims:read'] };
    await refused(() => ask(email, 'POST', 'admin/roles', { ...withClaims, organisation_id: 'mississippi' }), 403, 'role.exceeds_actor');
    await refused(() => ask(email, 'POST', 'admin/roles', { ...withClaims, organisation_id: 'texas' }), 403, 'access.denied');
  });

  it('are out of reach from the moment the administrator is one no more', async () => {
    const email = await somebodyWith(['admin:roles:read', 'admin:roles:write'], 'texas');
    expect((await ask(email, 'GET', 'admin/roles')).status).toBe(200);
    expect((await ask(ADMIN, 'PATCH', `admin/users/${await app.idOf(email)}`, { status: 'suspended' })).status).toBe(200);
    await refused(() => ask(email, 'GET', 'admin/roles'), 403, 'user.not_active');
    await refused(() => ask(email, 'POST', 'admin/roles', { key: 'X', name: 'X', organisation_id: 'texas' }), 403, 'user.not_active');
  });
});
