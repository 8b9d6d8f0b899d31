import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { TestApp, type Answer } from './test-app.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';
/** Each POST of the catalogue with a body that names something new. */
const CREATIONS: [path: string, body: (name: string) => object][] = [
  ['admin/roles', (name) => ({ key: name, name, permissions: ['claims:read'] })],
  ['admin/products', (name) => ({ id: name, name })],
  ['admin/organisations', (name) => ({ id: name, name })],
];

describe('an Idempotency-Key', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  let keys = 0;
  const newKey = () => `key-${++keys}`;
  const post = (path: string, body: unknown, key: string, who = ADMIN) => app.as(who, 'POST', path, body, { 'idempotency-key': key });
  const isReplay = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true';
  const outcome = ({ status, body }: Answer) => [status, body?.code ?? null];

  /** What happened to the rows while this ran. */
  async function changesDuring(work: () => Promise<unknown>): Promise<string[]> {
    const before = await dumpDatabase(app);
    await work();
    return changesBetween(before, await dumpDatabase(app));
  }

  it.each(CREATIONS)('gets the first answer of POST %s again, and nothing happens twice', async (path, body) => {
    const key = newKey();
    const first = await post(path, body('Again'), key);
    expect([first.status, isReplay(first)]).toEqual([201, false]);
    const changes = await changesDuring(async () => {
      for (let attempt = 0; attempt < 3; attempt++) {
        const again = await post(path, body('Again'), key);
        expect([again.status, isReplay(again), again.text]).toEqual([201, true, first.text]);
        expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
      }
    });
    expect(changes).toEqual([]);
  });

  it.each(CREATIONS)('of POST %s is refused for another body', async (path, body) => {
    const key = newKey();
    expect((await post(path, body('Reused'), key)).status).toBe(201);
    const changes = await changesDuring(async () => {
      expect(outcome(await post(path, body('Otherwise'), key))).toEqual([422, 'idempotency.key_reused']);
    });
    expect(changes).toEqual([]);
  });

  it('is refused for another path, and for another query', async () => {
    const key = newKey();
    expect((await post('admin/products', { id: 'path', name: 'path' }, key)).status).toBe(201);
    for (const path of ['admin/organisations', 'admin/products?x=1']) {
      expect(outcome(await post(path, { id: 'path', name: 'path' }, key))).toEqual([422, 'idempotency.key_reused']);
    }
    expect((await app.as(ADMIN, 'GET', 'admin/organisations/path')).status).toBe(404);
  });

  it('belongs to its caller: the same one of somebody else is another', async () => {
    const key = newKey();
    const role = { key: 'MINE', name: 'Mine', permissions: ['claims:read'] };
    const first = await post('admin/roles', role, key);
    const other = await post('admin/roles', { ...role, organisation_id: 'texas', key: 'THEIRS' }, key, TENANT_ADMIN);
    expect([first.status, other.status, isReplay(other), other.body.key]).toEqual([201, 201, false, 'THEIRS']);
  });

  it('gets a refusal again, also once its reason is gone', async () => {
    const key = newKey();
    const body = { key: 'REFUSED', name: 'Refused' };
    const taken = await app.as(ADMIN, 'POST', 'admin/roles', body);
    const refused = await post('admin/roles', body, key);
    expect(outcome(refused)).toEqual([409, 'role.key_taken']);
    expect((await app.as(ADMIN, 'DELETE', `admin/roles/${String(taken.body.id)}`)).status).toBe(204);
    const changes = await changesDuring(async () => {
      const again = await post('admin/roles', body, key);
      expect([outcome(again), isReplay(again)]).toEqual([[409, 'role.key_taken'], true]);
      expect(again.body).toEqual({ ...refused.body, request_id: expect.any(String) });
    });
    expect(changes).toEqual([]);
    const elsewhere = { ...body, organisation_id: 'nowhere' };
    const missing = newKey();
    expect(outcome(await post('admin/roles', elsewhere, missing))).toEqual([404, 'organisation.not_found']);
    expect((await app.as(ADMIN, 'POST', 'admin/organisations', { id: 'nowhere', name: 'Now' })).status).toBe(201);
    expect(outcome(await post('admin/roles', elsewhere, missing))).toEqual([404, 'organisation.not_found']);
  });

  it('is free again after a request that was not valid', async () => {
    const key = newKey();
    expect(outcome(await post('admin/roles', { key: 'VALID' }, key))).toEqual([400, 'request.invalid']);
    expect(outcome(await post('admin/roles', { key: 'VALID', name: 'V', permissions: ['not:registered'] }, key))).toEqual([400, 'permission.unknown']);
    const valid = await post('admin/roles', { key: 'VALID', name: 'Valid' }, key);
    expect([valid.status, isReplay(valid)]).toEqual([201, false]);
  });

  it('is not used up by somebody who may not do it', async () => {
    const key = newKey();
    expect(outcome(await post('admin/products', { id: 'denied', name: 'D' }, key, TENANT_ADMIN))).toEqual([403, 'access.denied']);
    expect(outcome(await post('admin/products', { id: 'denied', name: 'Other' }, key, TENANT_ADMIN))).toEqual([403, 'access.denied']);
    const anonymous = await app.request('POST', 'admin/products', { json: {}, headers: { 'idempotency-key': key } });
    expect(outcome(anonymous)).toEqual([401, 'token.missing']);
  });

  it.each(CREATIONS)('lets one of many POST %s at once through', async (path, body) => {
    for (const name of ['Once-1', 'Once-2']) {
      const key = newKey();
      const answers = await Promise.all(Array.from({ length: 6 }, () => post(path, body(name), key)));
      const created = answers.filter((answer) => answer.status === 201);
      expect(created.filter((answer) => !isReplay(answer))).toHaveLength(1);
      expect(new Set(created.map(({ text }) => text)).size).toBe(1);
      const others = answers.filter((answer) => answer.status !== 201).map(outcome);
      expect(others.filter(([status, code]) => status !== 409 || code !== 'idempotency.in_flight')).toEqual([]);
      const { body: found } = await app.as(ADMIN, 'GET', `${path}?search=${name}`);
      expect(found.total).toBe(1);
      expect(isReplay(await post(path, body(name), key))).toBe(true);
    }
  });

  it('must be short and visible, else it is named', async () => {
    for (const key of ['a b', 'é', 'x'.repeat(256)]) {
      const answer = await post('admin/products', { id: 'unkeyed', name: 'U' }, key);
      expect([...outcome(answer), answer.body.errors?.[0]?.field]).toEqual([400, 'request.invalid', 'Idempotency-Key']);
    }
    expect((await app.as(ADMIN, 'GET', 'admin/products/unkeyed')).status).toBe(404);
    expect((await post('admin/products', { id: 'keyed-long', name: 'K' }, 'x'.repeat(255))).status).toBe(201);
  });

  it('counts however the path is spelled', async () => {
    const key = newKey();
    const spelled = '/v1/user-management/%61dmin/products';
    const headers = { 'idempotency-key': key };
    const send = () => app.as(ADMIN, 'POST', spelled, { name: 'Spelled' }, headers);
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
  });

  it('does not count where nothing is created under /admin', async () => {
    const definition = { permission: 'keyed:read', service_id: 'keyed', description: 'Keyed' };
    const headers = { 'idempotency-key': newKey() };
    for (const description of ['First', 'Second']) {
      const answer = await app.as(ADMIN, 'POST', 'permissions/register', { ...definition, description }, headers);
      expect([answer.status, isReplay(answer), answer.body.items[0].description]).toEqual([200, false, description]);
    }
  });
});
