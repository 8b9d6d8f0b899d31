import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BASELINE_PERMISSIONS } from '@sa-platform/contracts';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { EventRecorder } from './event-recorder.js';
import { TestApp, type Answer } from './test-app.js';

const ADMIN = 'admin@example.com';
const SERVICE = 'service:permissions:register';

describe('permissions', () => {
  let app: TestApp;
  let recorder: EventRecorder;
  beforeAll(async () => {
    app = await TestApp.start();
    recorder = new EventRecorder(app);
  });
  afterAll(() => app.stop());

  const register = (json: unknown, who = SERVICE) => app.as(who, 'POST', 'permissions/register', json);
  const list = async (query: string, who = ADMIN) => (await app.as(who, 'GET', `permissions?${query}`)).body;
  const namesIn = ({ items }: { items: { permission: string }[] }) => items.map(({ permission }) => permission);
  const fieldsOf = ({ body }: Answer) => (body.errors as { field: string }[]).map(({ field }) => field);
  const define = (permission: string, more: object = {}) => ({ permission, service_id: 'zyx', description: `May ${permission}`, ...more });

  async function refused(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
    const before = await dumpDatabase(app);
    const answer = await request();
    expect([answer.status, answer.body?.code]).toEqual([status, code]);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
    return answer;
  }

  it('can be registered one by one or many at once, by a service with the scope and by a platform admin', async () => {
    const one = await register(define('one:read'));
    expect([one.status, one.body]).toEqual([200, { items: [define('one:read')], registered: 1 }]);
    const definitions = [define('many:read'), define('many:area:write')];
    const many = await register(definitions, ADMIN);
    expect([many.status, many.body]).toEqual([200, { items: definitions, registered: 2 }]);
    expect(namesIn(await list('service_id=zyx'))).toEqual(['many:area:write', 'many:read', 'one:read']);
  });

  it('are updated by their string: owner and description follow the last registration', async () => {
    await register(define('moved:read'));
    const moved = define('moved:read', { service_id: 'other', description: 'Other words' });
    const events = await recorder.during(() => register(moved));
    expect(events.map(({ type, payload }) => [type, payload])).toEqual([['permissions.registered', { permissions: ['moved:read'] }]]);
    expect((await list('search=moved')).items).toEqual([moved]);
  });

  it('that are registered already and the same change nothing: no row, no version, no event', async () => {
    const definitions = [define('same:read'), define('same:write')];
    await register(definitions);
    await recorder.settle();
    const before = await dumpDatabase(app);
    const version = (await app.as(ADMIN, 'GET', 'users/me/context')).body.version;
    expect(await recorder.during(() => register(definitions))).toEqual([]);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
    expect((await app.as(ADMIN, 'GET', 'users/me/context')).body.version).toBe(version);
    const partly = await recorder.during(() => register([...definitions, define('same:new')]));
    expect(partly.map(({ payload }) => payload)).toEqual([{ permissions: ['same:new'] }]);
  });

  it('named twice in one registration count once, the last description with them', async () => {
    const { body, status } = await register([define('twice:read', { description: 'First' }), define('twice:read', { description: 'Last' })]);
    expect([status, body]).toEqual([200, { items: [define('twice:read', { description: 'Last' })], registered: 1 }]);
    expect((await list('search=twice')).items).toEqual(body.items);
  });

  it('belong to every platform admin from their registration on', async () => {
    const before = (await app.as(ADMIN, 'GET', 'users/me/context')).body;
    await register(define('newest:read'));
    const after = (await app.as(ADMIN, 'GET', 'users/me/context')).body;
    expect([before.permissions.includes('newest:read'), after.permissions.includes('newest:read')]).toEqual([false, true]);
    expect(after.version).toBeGreaterThan(before.version);
  });

  it('can be registered by several at once, without losing one or failing', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `racing:p${index}`);
    const answers = await Promise.all(names.map((name, index) => register([define('racing:all'), define(name), define(names.at(index - 1)!)])));
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 200));
    expect(namesIn(await list('search=racing'))).toEqual(['racing:all', ...names]);
  });

  it('have strings that are compared byte by byte', async () => {
    await register(define('bytes:read'));
    const near = ['bytes:Read', 'Bytes:read', 'bytes:read ', ' bytes:read', 'bytes:réad', 'bytes:read\u0000', 'bytes:re\u200bad', 'ｂytes:read', 'byteß:read'];
    for (const permission of near) {
      expect(fieldsOf(await refused(() => register(define(permission, { description: 'Words' })), 400, 'request.invalid'))).toEqual(['permission']);
      const role = { key: 'BYTES', name: 'Bytes', permissions: [permission] };
      expect(fieldsOf(await refused(() => app.as(ADMIN, 'POST', 'admin/roles', role), 400, 'request.invalid'))).toEqual(['permissions.0']);
    }
    const items: { permission: string }[] = (await list('search=bytes:')).items;
    expect(items).toEqual([define('bytes:read')]);
  });

  it('have owners that are compared byte by byte', async () => {
    await register(define('owner:a', { service_id: 'Owner' }));
    await register(define('owner:b', { service_id: 'owner' }));
    expect(namesIn(await list('service_id=Owner'))).toEqual(['owner:a']);
    expect(namesIn(await list('service_id=owner'))).toEqual(['owner:b']);
    for (const service_id of ['owner%20', '%C3%B3wner', '']) {
      expect((await app.as(ADMIN, 'GET', `permissions?service_id=${service_id}`)).body.errors).toMatchObject([{ field: 'service_id' }]);
    }
    await refused(() => register(define('owner:c', { service_id: 'admín' })), 400, 'request.invalid');
  });

  it('are refused with the wrong fields named, all of them or none registered', async () => {
    const good = define('good:read');
    const cases: [unknown, string[]][] = [
      [{}, ['permission', 'service_id', 'description']],
      [{ ...good, owner: 'x' }, ['owner']],
      [{ ...good, description: '' }, ['description']],
      [{ ...good, description: 'x'.repeat(501) }, ['description']],
      [{ ...good, permission: `a:${'b'.repeat(149)}` }, ['permission']],
      [[good, { ...good, permission: 'bad' }], ['1.permission']],
      [[good, { ...good, more: 1 }], ['1.more']],
      [[good, null], ['1']],
      [[], ['body']],
      [Array.from({ length: 501 }, () => good), ['body']],
      ['good:read', ['body']],
    ];
    for (const [body, fields] of cases) {
      expect(fieldsOf(await refused(() => register(body), 400, 'request.invalid'))).toEqual(fields);
    }
    expect(namesIn(await list('search=good:read'))).toEqual([]);
  });

  it('are registered by nobody else', async () => {
    const others = ['tenant-admin@example.com', 'biller@example.com', 'patient@example.com', 'service:users:read context:read'];
    for (const who of others) await refused(() => register(define('stolen:read'), who), 403, 'access.denied');
    await refused(() => app.request('POST', 'permissions/register', { json: define('stolen:read') }), 401, 'token.missing');
    await refused(() => register(define('stolen:read'), 'suspended@example.com'), 403, 'user.not_active');
  });

  it('are listed to administrators of any kind and to services, and to nobody else', async () => {
    for (const who of [ADMIN, 'tenant-admin@example.com', 'service:users:read', SERVICE]) {
      expect((await app.as(who, 'GET', 'permissions')).status).toBe(200);
    }
    for (const who of ['biller@example.com', 'patient@example.com', 'clinician@example.com']) {
      await refused(() => app.as(who, 'GET', 'permissions'), 403, 'access.denied');
    }
    await refused(() => app.as('pending@example.com', 'GET', 'permissions'), 403, 'user.not_active');
  });

  it('of the baseline are registered at boot, each with a description', async () => {
    const items: unknown[] = (await list('limit=100')).items;
    expect(items).toEqual(expect.arrayContaining([...BASELINE_PERMISSIONS]));
    expect(BASELINE_PERMISSIONS.every(({ description }) => description.length > 10)).toBe(true);
  });

  it('are listed in pages, filtered and searched in any case, wildcards taken literally', async () => {
    await register([define('page_1:read', { service_id: 'pages', description: '100% Zebra' }), define('pagex1:read', { service_id: 'pages' })]);
    expect(namesIn(await list('search=zEBRA'))).toEqual(['page_1:read']);
    expect(namesIn(await list('search=PAGE_1'))).toEqual(['page_1:read']);
    expect(namesIn(await list('search=100%25'))).toEqual(['page_1:read']);
    expect(namesIn(await list('search=!'))).toEqual([]);
    expect(namesIn(await list('service_id=pages&search=pagex'))).toEqual(['pagex1:read']);
    expect(await list('service_id=none')).toEqual({ items: [], total: 0, limit: 25, offset: 0 });
    expect(namesIn(await list('search=page&sort=service_id'))).toEqual(['page_1:read', 'pagex1:read']);
    const all = await list('limit=100000');
    expect([all.limit, all.total]).toEqual([100, all.items.length]);
    expect(namesIn(all)).toEqual(namesIn(all).toSorted());
    expect(await list('limit=-3&offset=-1')).toEqual({ items: all.items.slice(0, 1), total: all.total, limit: 1, offset: 0 });
    expect((await list(`limit=2&offset=${all.total - 1}`)).items).toEqual(all.items.slice(-1));
    expect(await list(`offset=${all.total}`)).toEqual({ items: [], total: all.total, limit: 25, offset: all.total });
  });

  it('stand by service when asked so, and the services are listed with how many each owns', async () => {
    await register([define('zz:first', { service_id: 'aa-owner' }), define('aa:last', { service_id: 'zz-owner' }), define('zz:more', { service_id: 'aa-owner' })]);
    const ofService = async (query: string): Promise<string[]> => {
      const page = await list(`limit=100&${query}`);
      return page.items.map(({ service_id: owner, permission }: { service_id: string; permission: string }) => `${owner} ${permission}`);
    };
    const sorted = await ofService('sort=service_id');
    const mine = ['aa-owner zz:first', 'aa-owner zz:more', 'zz-owner aa:last'];
    expect(sorted.filter((line) => mine.includes(line))).toEqual(mine);
    expect(new Set(sorted)).toEqual(new Set(await ofService('sort=permission')));
    const { body } = await app.as(ADMIN, 'GET', 'permissions/services?search=-OWNER');
    const items = [{ service_id: 'aa-owner', permission_count: 2 }, { service_id: 'zz-owner', permission_count: 1 }];
    expect(body).toEqual({ items, total: 2, limit: 25, offset: 0 });
    const { body: second } = await app.as(ADMIN, 'GET', 'permissions/services?search=-owner&limit=1&offset=1');
    expect([second.items, second.total]).toEqual([items.slice(1), 2]);
    expect((await app.as(ADMIN, 'GET', 'permissions/services?search=%25')).body.items).toEqual([]);
  });

  it('can be read one by one, and one that nobody has registered is not found', async () => {
    await register(define('alone:read', { description: 'Alone' }));
    expect((await app.as(ADMIN, 'GET', 'permissions/alone:read')).body).toEqual(define('alone:read', { description: 'Alone' }));
    for (const other of ['alone:write', 'Alone:read', 'alone:read%20', 'alone']) {
      await refused(() => app.as(ADMIN, 'GET', `permissions/${other}`), 404, 'permission.not_found');
    }
  });
});
