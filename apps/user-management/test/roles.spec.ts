import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TENANT_ADMIN_CORE, TENANT_ROLES, TYPE_ROLES } from '@sa-platform/contracts';
import { Database } from '../src/platform/database/database.js';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { EventRecorder } from './event-recorder.js';
import { TestApp, type Answer } from './test-app.js';

const ADMIN = 'admin@example.com';
const NOBODY = '00000000-0000-7000-8000-000000000000';

describe('roles', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const ask = (method: string, path: string, ...content: [json?: unknown, headers?: Record<string, string>]) =>
    app.as(ADMIN, method, path, ...content);
  const refusal = ({ status, body }: Answer) => [status, body?.code];
  const fieldsOf = ({ body }: Answer) => (body.errors as { field: string }[]).map(({ field }) => field);

  let made = 0;
  async function create(more: object = {}): Promise<Answer & { path: string; key: string }> {
    made += 1;
    const key = `MADE_${made}`;
    const answer = await ask('POST', 'admin/roles', { key, name: `Made ${made}`, permissions: ['claims:read'], ...more });
    expect(answer.status).toBe(201);
    return { ...answer, key, path: `admin/roles/${String(answer.body.id)}` };
  }
  async function roleByKey(key: string): Promise<{ id: string; path: string }> {
    const { body } = await ask('GET', `admin/roles?limit=100&search=${key}`);
    const { id } = body.items.find((role: { key: string }) => role.key === key);
    return { id, path: `admin/roles/${String(id)}` };
  }
  /** A refusal with its code, after which every row is as it was. */
  async function refused(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
    const before = await dumpDatabase(app);
    const answer = await request();
    expect(refusal(answer)).toEqual([status, code]);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
    return answer;
  }

  it('can be created for the platform, with sorted permissions named once', async () => {
    const permissions = ['claims:write', 'cases:read', 'claims:write', 'claims:read'];
    const { body, status, headers } = await ask('POST', 'admin/roles', { key: 'Platform-Role_1', name: ' Platform role ', permissions });
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toEqual({
      id: expect.any(String),
      key: 'Platform-Role_1',
      name: 'Platform role',
      description: '',
      organisation_id: null,
      organisation_name: null,
      is_system: false,
      permissions: ['cases:read', 'claims:read', 'claims:write'],
      member_count: 0,
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    const read = await ask('GET', `admin/roles/${String(body.id)}`);
    expect([read.status, read.headers.get('etag'), read.body]).toEqual([200, '"1"', body]);
  });

  it('can be created for one organisation, and the same key in another', async () => {
    const texas = await create({ key: 'SHARED', organisation_id: 'texas' });
    const mississippi = await create({ key: 'SHARED', organisation_id: 'mississippi' });
    expect([texas.body.organisation_id, mississippi.body.organisation_id]).toEqual(['texas', 'mississippi']);
    expect([texas.body.organisation_name, mississippi.body.organisation_name]).toEqual(['Texas', 'Mississippi']);
  });

  it('have keys that are unique in an organisation, also against the platform’s, byte by byte', async () => {
    await create({ key: 'TAKEN', organisation_id: 'texas' });
    const { key } = await create();
    const again = (key: string, organisation_id?: string) => () => ask('POST', 'admin/roles', { key, name: 'N', organisation_id });
    await refused(again('TAKEN', 'texas'), 409, 'role.key_taken');
    await refused(again(key), 409, 'role.key_taken');
    await refused(again(key, 'texas'), 409, 'role.key_taken');
    await refused(again('BILLER', 'mississippi'), 409, 'role.key_taken');
    await refused(again('TENANT_ADMIN'), 409, 'role.key_taken');
    expect((await create({ key: 'taken', organisation_id: 'texas' })).body.key).toBe('taken');
    expect((await create({ key: 'Biller' })).body.key).toBe('Biller');
  });

  it('let one of two creations at once win', async () => {
    const body = { key: 'AT_ONCE', name: 'At once', permissions: ['claims:read'] };
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('POST', 'admin/roles', body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const lost = answers.filter(({ status }) => status === 409);
    expect(new Set(lost.map(({ body: problem }) => problem.code))).toEqual(new Set(['role.key_taken']));
  });

  it('can not take the key of a user type', async () => {
    for (const key of ['patient', 'clinician', 'user', 'admin']) {
      for (const organisation_id of [undefined, 'texas']) {
        const answer = await refused(() => ask('POST', 'admin/roles', { key, name: 'N', organisation_id }), 400, 'request.invalid');
        expect(fieldsOf(answer)).toEqual(['key']);
      }
    }
  });

  it('are refused with each wrong field named', async () => {
    const post = (body: object) => refused(() => ask('POST', 'admin/roles', body), 400, 'request.invalid');
    expect(fieldsOf(await post({}))).toEqual(['key', 'name']);
    expect(fieldsOf(await post({ key: '1X', name: ' ', description: 'x'.repeat(501), permissions: ['claims:Read'], id: 'x' }))).toEqual(
      ['key', 'name', 'description', 'permissions.0', 'id'],
    );
    for (const permission of ['claims:read ', ' claims:read', 'claims', 'claims:réad', 'a:b:c:d', 'claims:', '*', 'claims:*']) {
      expect(fieldsOf(await post({ key: 'X', name: 'N', permissions: [permission] }))).toEqual(['permissions.0']);
    }
    expect(fieldsOf(await post({ key: 'X', name: 'N', organisation_id: 'téxas' }))).toEqual(['organisation_id']);
    expect(fieldsOf(await post({ key: 'X', name: 'N', is_system: true }))).toEqual(['is_system']);
  });

  it('hold registered permissions only, and the unknown ones are named', async () => {
    const permissions = ['aaa:unknown', 'claims:read', 'zzz:unknown'];
    const created = await refused(() => ask('POST', 'admin/roles', { key: 'X', name: 'N', permissions }), 400, 'permission.unknown');
    expect(fieldsOf(created)).toEqual(['permissions.0', 'permissions.2']);
    const { path } = await create();
    await refused(() => ask('PATCH', path, { permissions }), 400, 'permission.unknown');
  });

  it('need an organisation that exists', async () => {
    for (const organisation_id of ['nowhere', 'TEXAS']) {
      await refused(() => ask('POST', 'admin/roles', { key: 'X', name: 'N', organisation_id }), 404, 'organisation.not_found');
    }
  });

  it('change what is given, with a new ETag each time, and tell it once', async () => {
    const recorder = new EventRecorder(app);
    const { path, body, key } = await create({ description: 'Before' });
    const events = await recorder.during(async () => {
      const renamed = await ask('PATCH', path, { name: 'Renamed' }, { 'if-match': '"1"' });
      expect([renamed.status, renamed.headers.get('etag')]).toEqual([200, '"2"']);
      expect(renamed.body).toEqual({ ...body, name: 'Renamed', updated_at: expect.any(String) });
      const emptied = await ask('PATCH', path, { description: '', permissions: [] }, { 'if-match': '"7", "2"' });
      expect([emptied.headers.get('etag'), emptied.body.description, emptied.body.permissions]).toEqual(['"3"', '', []]);
      expect((await ask('GET', path)).body).toEqual(emptied.body);
    });
    expect(events.map(({ type, payload }) => [type, payload])).toEqual([
      ['users.permissions.changed', { role_id: body.id, role_key: key, permissions: ['claims:read'] }],
      ['users.permissions.changed', { role_id: body.id, role_key: key, permissions: [] }],
    ]);
  });

  it('refuse a change meant for another version', async () => {
    const { path } = await create();
    for (const stale of ['"0"', '"2"', 'W/"1"', '1', '"x"', '""']) {
      await refused(() => ask('PATCH', path, { name: 'Other' }, { 'if-match': stale }), 412, 'precondition.failed');
      await refused(() => ask('DELETE', path, undefined, { 'if-match': stale }), 412, 'precondition.failed');
    }
    expect((await ask('PATCH', path, { name: 'Other' }, { 'if-match': '*' })).status).toBe(200);
    expect((await ask('DELETE', path, undefined, { 'if-match': '"2"' })).status).toBe(204);
  });

  it('let one of several changes of the same version win', async () => {
    const { path } = await create();
    const answers = await Promise.all(['A', 'B', 'C', 'D'].map((name) => ask('PATCH', path, { name }, { 'if-match': '"1"' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect((await ask('GET', path)).headers.get('etag')).toBe('"2"');
  });

  it('have key, organisation and system mark for good', async () => {
    const { path } = await create();
    for (const field of ['key', 'organisation_id', 'is_system', 'version', 'member_count']) {
      const answer = await refused(() => ask('PATCH', path, { name: 'N', [field]: 'x' }), 400, 'request.invalid');
      expect(fieldsOf(answer)).toEqual([field]);
    }
    await refused(() => ask('PATCH', path, {}), 400, 'request.invalid');
  });

  it('are all there at boot, with what the catalogue gives them', async () => {
    for (const { key, permissions, name } of [...TENANT_ROLES, ...TYPE_ROLES]) {
      const { path } = await roleByKey(key);
      const { body } = await ask('GET', path);
      expect(body).toMatchObject({ key, name, is_system: true, organisation_id: null, permissions: [...permissions].sort() });
    }
  });

  it('of the system can be described and filled otherwise, but neither renamed nor deleted', async () => {
    const { path } = await roleByKey('RCM_ANALYST');
    await refused(() => ask('PATCH', path, { name: 'Other' }), 403, 'role.system');
    await refused(() => ask('DELETE', path), 403, 'role.system');
    const { body, status } = await ask('PATCH', path, { name: 'Revenue cycle analyst', description: 'Edited', permissions: ['claims:read'] });
    expect([status, body.description, body.permissions]).toEqual([200, 'Edited', ['claims:read']]);
    for (const { key } of TYPE_ROLES) await refused(async () => ask('DELETE', (await roleByKey(key)).path), 403, 'role.system');
  });

  it('called TENANT_ADMIN keep what an organisation needs to be administered', async () => {
    const { path } = await roleByKey('TENANT_ADMIN');
    for (const missing of TENANT_ADMIN_CORE) {
      const permissions = TENANT_ADMIN_CORE.filter((permission) => permission !== missing);
      const answer = await refused(() => ask('PATCH', path, { permissions }), 409, 'role.required_permissions');
      expect(answer.body.detail).toContain(missing);
    }
    await refused(() => ask('PATCH', path, { permissions: [] }), 409, 'role.required_permissions');
    expect((await ask('PATCH', path, { permissions: TENANT_ADMIN_CORE })).status).toBe(200);
  });

  it('can not be deleted while somebody holds them, and can afterwards', async () => {
    const { path, body: role } = await create({ organisation_id: 'mississippi' });
    const userId = await app.idOf('clinician@example.com');
    const membership = await ask('POST', `admin/users/${userId}/memberships`, { organisation_id: 'mississippi', role_id: role.id });
    expect(membership.status).toBe(201);
    expect((await ask('GET', path)).body.member_count).toBe(1);
    await refused(() => ask('DELETE', path), 409, 'role.in_use');
    const { client } = app.nest.get(Database);
    await client.orgMembership.update({ where: { id: String(membership.body.membership_id) }, data: { expiresAt: new Date(0), endedAt: new Date() } });
    expect((await ask('GET', path)).body.member_count).toBe(0);
    await refused(() => ask('DELETE', path), 409, 'role.in_use');
    expect((await ask('DELETE', `admin/users/${userId}/memberships/${String(membership.body.membership_id)}`)).status).toBe(204);
    expect([(await ask('DELETE', path)).status, (await ask('GET', path)).status]).toEqual([204, 404]);
  });

  it('that nobody has are not found, by no other spelling either', async () => {
    const { body, path } = await create();
    const id = String(body.id);
    expect((await ask('DELETE', path)).status).toBe(204);
    const spellings = [id, NOBODY, 'BILLER', `${(await roleByKey('BILLER')).id}%20`, (await roleByKey('BILLER')).id.toUpperCase()];
    for (const spelling of spellings) {
      await refused(() => ask('GET', `admin/roles/${spelling}`), 404, 'role.not_found');
      await refused(() => ask('PATCH', `admin/roles/${spelling}`, { name: 'N' }), 404, 'role.not_found');
      await refused(() => ask('DELETE', `admin/roles/${spelling}`), 404, 'role.not_found');
    }
  });

  it('are listed in pages, searched in any case and taken literally', async () => {
    await create({ key: 'FIND_ME', name: '100% of it', organisation_id: 'texas' });
    const search = async (text: string) => {
      const { body } = await ask('GET', `admin/roles?search=${encodeURIComponent(text)}`);
      return body.items.map(({ key }: { key: string }) => key);
    };
    expect(await search('find_me')).toEqual(['FIND_ME']);
    expect(await search('100% OF')).toEqual(['FIND_ME']);
    expect(await search('find%me')).toEqual([]);
    expect(await search("'")).toEqual([]);
    const { body: all } = await ask('GET', 'admin/roles?limit=1000');
    expect([all.limit, all.offset, all.items.length]).toEqual([100, 0, all.total]);
    const { body: first } = await ask('GET', 'admin/roles?limit=0&offset=-5');
    expect([first.limit, first.offset, first.items, first.total]).toEqual([1, 0, all.items.slice(0, 1), all.total]);
    const { body: beyond } = await ask('GET', `admin/roles?offset=${'9'.repeat(30)}`);
    expect([beyond.items, beyond.total]).toEqual([[], all.total]);
    const { body: last } = await ask('GET', `admin/roles?limit=3&offset=${all.total - 1}`);
    expect(last.items).toEqual(all.items.slice(-1));
  });

  it('that an organisation can use are its own and the platform’s', async () => {
    await create({ organisation_id: 'texas' });
    await create({ organisation_id: 'mississippi' });
    const { body } = await ask('GET', 'admin/roles?limit=100&organisation_id=texas');
    const organisations = new Set(body.items.map(({ organisation_id: id }: { organisation_id: string | null }) => id));
    expect(organisations).toEqual(new Set([null, 'texas']));
  });
});
