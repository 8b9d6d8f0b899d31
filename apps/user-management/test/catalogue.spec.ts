import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { TestApp, type Answer } from './test-app.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';
/** Not ids, or nobody's: other case, other accents, spaces, other alphabets. */
const NEAR_TEXAS = ['TEXAS', 'Texas', 'texas%20', '%20texas', 't%C3%A9xas', 'tex%C3%A1s', 'texas%00', 'te%EF%BD%98as'];

describe('organisations and products', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  const ask = (method: string, path: string, ...content: [json?: unknown, headers?: Record<string, string>]) =>
    app.as(ADMIN, method, path, ...content);
  const tenant = (method: string, path: string, json?: unknown) => app.as(TENANT_ADMIN, method, path, json);
  const fieldsOf = ({ body }: Answer) => (body.errors as { field: string }[]).map(({ field }) => field);
  const idsIn = ({ body }: Answer) => (body.items as { id: string }[]).map(({ id }) => id);

  async function refused(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
    const before = await dumpDatabase(app);
    const answer = await request();
    expect([answer.status, answer.body?.code]).toEqual([status, code]);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
    return answer;
  }
  const times = { created_at: expect.any(String), updated_at: expect.any(String) };

  it('an organisation has the id its creator gives it, or one of ours', async () => {
    const given = await ask('POST', 'admin/organisations', { id: 'Given_id-1', name: ' Given ' });
    expect([given.status, given.headers.get('etag'), given.body]).toEqual([201, '"1"', { id: 'Given_id-1', name: 'Given', ...times }]);
    const own = await ask('POST', 'admin/organisations', { name: 'Own' });
    expect(own.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    const read = await ask('GET', 'admin/organisations/Given_id-1');
    expect([read.status, read.headers.get('etag'), read.body]).toEqual([200, '"1"', given.body]);
  });

  it('ids are unique byte by byte', async () => {
    await refused(() => ask('POST', 'admin/organisations', { id: 'texas', name: 'N' }), 409, 'organisation.id_taken');
    await refused(() => ask('POST', 'admin/products', { id: 'claims', name: 'N' }), 409, 'product.id_taken');
    expect((await ask('POST', 'admin/organisations', { id: 'TexaS', name: 'N' })).status).toBe(201);
    expect((await ask('POST', 'admin/products', { id: 'ClaimS', name: 'N' })).status).toBe(201);
    expect((await ask('GET', 'admin/organisations/texas')).body.name).toBe('Texas');
  });

  it('one of several creations of the same id at once wins', async () => {
    for (const [noun, code] of [['organisations', 'organisation.id_taken'], ['products', 'product.id_taken']]) {
      const answers = await Promise.all(['A', 'B', 'C', 'D'].map((name) => ask('POST', `admin/${noun!}`, { id: 'at-once', name })));
      expect(answers.map(({ status, body }) => body.code ?? status).sort()).toEqual([201, code, code, code]);
    }
  });

  it('ids that are near another one lead nowhere', async () => {
    for (const id of NEAR_TEXAS) {
      for (const [method, body] of [['GET', undefined], ['PATCH', { name: 'Other' }]] as const) {
        const answer = await ask(method, `admin/organisations/${id}`, body);
        expect([answer.status, ['organisation.not_found', 'request.not_found'].includes(answer.body.code)]).toEqual([404, true]);
      }
    }
    await refused(() => ask('GET', 'admin/products/nowhere'), 404, 'product.not_found');
    await refused(() => ask('GET', 'admin/products/CLAIMS'), 404, 'product.not_found');
    await refused(() => ask('PATCH', 'admin/products/cl%C3%A1ims', { name: 'N' }), 404, 'product.not_found');
    await refused(() => ask('GET', 'admin/products/nowhere/grant-count'), 404, 'product.not_found');
    await refused(() => ask('GET', 'admin/products/claims%20/grant-count'), 404, 'product.not_found');
  });

  it('wrong fields are named', async () => {
    const wrong = async (noun: string, body: unknown) => fieldsOf(await refused(() => ask('POST', `admin/${noun}`, body), 400, 'request.invalid'));
    expect(await wrong('organisations', {})).toEqual(['name']);
    expect(await wrong('organisations', { id: 'a b', name: '', more: 1 })).toEqual(['id', 'name', 'more']);
    for (const id of ['', ' ', 'admín', 'x'.repeat(65), '*', '../x', 'a/b']) {
      expect(await wrong('organisations', { id, name: 'N' })).toEqual(['id']);
      expect(await wrong('products', { id, name: 'N' })).toEqual(['id']);
      expect(await wrong('products', { key: id, name: 'N' })).toEqual(['key']);
    }
    expect(await wrong('products', { name: 'x'.repeat(201), description: 'x'.repeat(501) })).toEqual(['name', 'description']);
    const patch = async (path: string, body: unknown) => fieldsOf(await refused(() => ask('PATCH', path, body), 400, 'request.invalid'));
    expect(await patch('admin/organisations/texas', {})).toEqual(['name']);
    expect(await patch('admin/organisations/texas', { name: 'N', id: 'x' })).toEqual(['id']);
    expect(await patch('admin/products/claims', {})).toEqual(['body']);
    expect(await patch('admin/products/claims', { name: 'N', key: 'x' })).toEqual(['key']);
  });

  it('an organisation is renamed with a new ETag, also in its members’ contexts; the same name changes nothing', async () => {
    const userId = await app.idOf('clinician@example.com');
    const contextOf = async () => (await app.as('service:context:read', 'GET', `users/${userId}/context`)).body;
    const before = await contextOf();
    const { headers, status, body } = await ask('PATCH', 'admin/organisations/mississippi', { name: 'River' }, { 'if-match': '"1"' });
    expect([status, headers.get('etag'), body.name]).toEqual([200, '"2"', 'River']);
    const after = await contextOf();
    expect(after.version).toBeGreaterThan(before.version);
    const names = after.memberships.map((each: { organisation_name: string }) => each.organisation_name).sort();
    expect(names).toEqual(['River', 'Texas']);
    const same = await ask('PATCH', 'admin/organisations/mississippi', { name: 'River' });
    expect([same.headers.get('etag'), (await contextOf()).version]).toEqual(['"2"', after.version]);
  });

  it('a product is changed with a new ETag; its key stays', async () => {
    const made = await ask('POST', 'admin/products', { id: 'made', key: 'made-key', name: 'Made', description: 'Line 1\nLine 2' });
    const product = { id: 'made', key: 'made-key', name: 'Made', description: 'Line 1\nLine 2', ...times };
    expect([made.status, made.headers.get('etag'), made.body]).toEqual([201, '"1"', product]);
    const changed = await ask('PATCH', 'admin/products/made', { description: '' }, { 'if-match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body]).toEqual([200, '"2"', { ...product, description: '' }]);
    expect((await ask('GET', 'admin/products/made')).body).toEqual(changed.body);
    expect((await ask('POST', 'admin/products', { name: 'Without' })).body).toMatchObject({ name: 'Without', description: '' });
    const withId = await ask('POST', 'admin/products', { id: 'keyless', name: 'N' });
    expect(withId.body.key).toBe('keyless');
  });

  it('a product’s key is taken once, also by an id that became a key', async () => {
    await refused(() => ask('POST', 'admin/products', { id: 'other', key: 'derm', name: 'N' }), 409, 'product.key_taken');
    expect((await ask('POST', 'admin/products', { id: 'keyed', key: 'Derm', name: 'N' })).status).toBe(201);
    await ask('POST', 'admin/products', { id: 'first', key: 'second', name: 'N' });
    await refused(() => ask('POST', 'admin/products', { id: 'second', name: 'N' }), 409, 'product.key_taken');
  });

  it('a change for another version is refused, and one of several of the same version wins', async () => {
    for (const [path, id] of [['admin/organisations', 'versioned'], ['admin/products', 'versioned']] as const) {
      await ask('POST', path, { id, name: 'N' });
      for (const stale of ['"0"', '"2"', 'W/"1"', '1']) {
        await refused(() => ask('PATCH', `${path}/${id}`, { name: 'Stale' }, { 'if-match': stale }), 412, 'precondition.failed');
      }
      const answers = await Promise.all(['A', 'B', 'C'].map((name) => ask('PATCH', `${path}/${id}`, { name }, { 'if-match': '"1"' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    }
  });

  it('grants are counted per membership, within reach of whoever asks', async () => {
    await ask('POST', 'admin/products', { id: 'counted', name: 'Counted' });
    const count = async (who: string) => (await app.as(who, 'GET', 'admin/products/counted/grant-count')).body;
    expect(await count(ADMIN)).toEqual({ product_id: 'counted', grant_count: 0 });
    const userId = await app.idOf('clinician@example.com');
    const { body: context } = await app.as('clinician@example.com', 'GET', 'users/me/context');
    for (const { membership_id: membershipId } of context.memberships as { membership_id: string }[]) {
      const { status } = await ask('POST', `admin/users/${userId}/memberships/${membershipId}/products`, { product_id: 'counted' });
      expect(status).toBe(201);
    }
    expect([await count(ADMIN), await count(TENANT_ADMIN)]).toEqual([
      { product_id: 'counted', grant_count: 2 },
      { product_id: 'counted', grant_count: 1 },
    ]);
    const listed = async (who: string) => (await app.as(who, 'GET', 'admin/products?search=counted')).body.items;
    expect([await listed(ADMIN), await listed(TENANT_ADMIN)]).toMatchObject([[{ grant_count: 2 }], [{ grant_count: 1 }]]);
  });

  it('an organisation’s administrator sees that organisation only, and all products, and changes neither', async () => {
    const list = await tenant('GET', 'admin/organisations');
    expect([idsIn(list), list.body.total]).toEqual([['texas'], 1]);
    expect((await tenant('GET', 'admin/organisations/texas')).status).toBe(200);
    await refused(() => tenant('GET', 'admin/organisations/mississippi'), 404, 'organisation.not_found');
    expect(idsIn(await tenant('GET', 'admin/organisations?search=mississippi'))).toEqual([]);
    expect(idsIn(await tenant('GET', 'admin/products?search=derm'))).toContain('derm');
    const attempts = [
      ...[['POST', 'admin/organisations'], ['PATCH', 'admin/organisations/texas'], ['PATCH', 'admin/organisations/mississippi']],
      ...[['POST', 'admin/products'], ['PATCH', 'admin/products/claims']],
    ] as [string, string][];
    for (const [method, path] of attempts) await refused(() => tenant(method, path, { name: 'Mine' }), 403, 'access.denied');
    for (const who of ['biller@example.com', 'patient@example.com', 'service']) {
      for (const path of ['admin/organisations', 'admin/organisations/texas', 'admin/products', 'admin/products/claims', 'admin/products/claims/grant-count']) {
        await refused(() => app.as(who, 'GET', path), 403, 'access.denied');
      }
    }
  });

  it('lists come in pages and are searched in any case, wildcards taken literally', async () => {
    for (const noun of ['organisations', 'products']) {
      await ask('POST', `admin/${noun}`, { id: 'x_y', name: '50% Off' });
      await ask('POST', `admin/${noun}`, { id: 'xzy', name: 'Fifty' });
      const search = async (text: string) => idsIn(await ask('GET', `admin/${noun}?search=${encodeURIComponent(text)}`));
      expect(await search('X_Y')).toEqual(['x_y']);
      expect(await search('50% o')).toEqual(['x_y']);
      expect(await search("'; --")).toEqual([]);
      const { body: all } = await ask('GET', `admin/${noun}?limit=101`);
      expect([all.limit, all.offset, all.total]).toEqual([100, 0, all.items.length]);
      const { body: first } = await ask('GET', `admin/${noun}?limit=0&offset=-1`);
      expect(first).toEqual({ items: all.items.slice(0, 1), total: all.total, limit: 1, offset: 0 });
      const { body: last } = await ask('GET', `admin/${noun}?limit=5&offset=${all.total - 1}`);
      expect(last.items).toEqual(all.items.slice(-1));
      expect((await ask('GET', `admin/${noun}?offset=${all.total}`)).body.items).toEqual([]);
    }
  });
});
