import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { changesBetween, dumpDatabase, type Dump } from './database-dump.js';
import { HostileClient, type HostileRequest } from './hostile-client.js';
import { readSampleIds, sampleBody, samplePath, WITHOUT_JSON, type SampleIds } from './sample-requests.js';
import { listHandlers, type Handler } from './service-routes.js';
import { TestApp } from './test-app.js';

const MEGABYTE = 'x'.repeat(1024 * 1024);
const NUL = 'a\u0000b';
const LONE_SURROGATE = 'a\ud800b';
/** Objects, lists, numbers and broken characters where a string, a boolean or a list of strings belongs. */
const WRONG_VALUES: unknown[] = [{}, { not: '' }, { $gt: '' }, [{}], [['x']], 1, 1e300, NUL, LONE_SURROGATE, '\u0000', [NUL], MEGABYTE];
const BAD_PARAMS = [
  ...['%00', 'a%00b', '%0d%0a', '%ud800', '%zz', '%', '%ED%A0%80', '%ff', '%E2%80%A8'],
  ...["'", "'%20OR%20'1'='1", '1;DROP%20TABLE%20users', '%22', '%5C', '*', '%25', '_', '..%2f..%2fme', '%2e%2e%2fme'],
  ...['__proto__', 'constructor', 'toString', '[object%20Object]', 'null', 'NaN', '%7B%22not%22:%22%22%7D', '%F0%9F%92%A9'],
  ...['TEXAS', 'texas%20', '%20texas', 't%C3%A9xas', 'CLAIMS', 'claims%20', 'cl%C3%A1ims', 'x'.repeat(101), 'x'.repeat(5000)],
];
const WRONG_TYPES = [
  ...['text/plain', 'text/html', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
  ...['application/jsonx', 'application/vnd.api+json', 'application/json-patch+json', 'x/application/json', 'application', ''],
];
const BROKEN_JSON = ['{', '{"a":1', "{'a':1}", '{"a":01}', '{"a":1}}', '{"a":undefined}', 'a=1', '{"a":"\u0001"}', '[', '"', 'nul', ' ', '\ufeff'];

// Thousands of requests, one after the other on PGlite.
jest.setTimeout(240_000);

describe('hostile input', () => {
  let app: TestApp;
  let client: HostileClient;
  let ids: SampleIds;
  let handlers: Handler[];
  let before: Dump;
  beforeAll(async () => {
    app = await TestApp.start();
    client = new HostileClient(app);
    ids = await readSampleIds(app);
    await Promise.all([app.token('admin@example.com'), app.token('service:context:read'), app.token('patient@example.com')]);
    handlers = listHandlers(app).filter(({ access }) => !access.isPublic);
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    before = await dumpDatabase(app);
  });
  afterEach(async () => {
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
  });

  const target = ({ route }: Handler) => {
    const [method = '', template = ''] = route.split(' ');
    return { method, path: samplePath(template, ids), body: sampleBody(route, ids) };
  };
  const withBody = () => handlers.map(target).filter(({ body }) => body !== undefined);
  const gets = () => handlers.map(target).filter(({ method }) => method === 'GET');
  const withBodyEach = (bodies: unknown[]): HostileRequest[] =>
    withBody().flatMap(({ method, path }) => bodies.map((body) => ({ method, path, body })));

  it('has a sample of every route that takes a body', () => {
    const writes = handlers.filter(({ route }) => /^(POST|PATCH|PUT)/.test(route) && !WITHOUT_JSON.test(route));
    expect(writes.filter(({ route }) => sampleBody(route, ids) === undefined).map(({ route }) => route)).toEqual([]);
    expect(writes.length).toBeGreaterThan(13);
  });

  it('of another shape than an object is refused', async () => {
    const bodies = ['null', '[]', '[null]', '[[{}]]', '1', '-1e999', '"text"', 'true', '[1,2]', '["x"]'];
    expect(await client.findFaults(withBodyEach(bodies))).toEqual([]);
  });

  it('with fields that nobody knows is refused and they are named', async () => {
    const requests = withBody().flatMap(({ method, path, body }) =>
      ['unknown', 'id; DROP TABLE users', 'toString', 'hasOwnProperty', 'is_system', 'constructor'].map((field) => ({
        method,
        path,
        body: { ...body, [field]: 1 },
        field,
      })),
    );
    expect(await client.findFaults(requests)).toEqual([]);
  });

  it('that would reach a prototype is refused', async () => {
    const requests = withBody().flatMap(({ method, path, body }) =>
      ['"__proto__":{"admin":true}', '"constructor":{"prototype":{"admin":true}}', '"\\u005f_proto__":{"a":1}'].map((poison) => ({
        method,
        path,
        body: `${JSON.stringify(body).slice(0, -1)},${poison}}`,
      })),
    );
    expect(await client.findFaults(requests)).toEqual([]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('in any one field of an otherwise valid body is refused and the field is named', async () => {
    const requests = withBody().flatMap(({ method, path, body }) =>
      fieldsOf(body ?? {}).flatMap((field) =>
        WRONG_VALUES.filter((value) => !isValid(field, value)).map((value) => ({ method, path, body: replaced(body, field, value), field })),
      ),
    );
    expect(requests.length).toBeGreaterThan(500);
    expect(await client.findFaults(requests)).toEqual([]);
  });

  it('that is broken, empty or endless is refused', async () => {
    const deep = 30_000;
    const endless = [`${'['.repeat(deep)}${']'.repeat(deep)}`, `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`, '['.repeat(deep), MEGABYTE];
    expect(await client.findFaults(withBodyEach([...BROKEN_JSON, ...endless, '']))).toEqual([]);
    const known = withBody().flatMap(({ method, path, body }) =>
      Object.keys(body ?? {}).map((name) => ({ method, path, body: `{"${name}":${endless[0]}}` })),
    );
    expect(await client.findFaults(known)).toEqual([]);
  });

  it('that is endless is refused under an Idempotency-Key too', async () => {
    const deep = 30_000;
    const posts = withBody().filter(({ method, path }) => method === 'POST' && path.startsWith('admin/'));
    const requests = posts.map(({ method, path }, index) => ({
      method,
      path,
      body: `{"name":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      headers: { 'idempotency-key': `deep-${index}` },
    }));
    expect(await client.findFaults(requests)).toEqual([]);
  });

  it('of another content type is refused, however valid', async () => {
    const requests = withBody().flatMap(({ method, path, body }) =>
      WRONG_TYPES.map((type) => ({ method, path, body, headers: { 'content-type': type } })),
    );
    expect(await client.findFaults(requests)).toEqual([]);
    const untyped = await Promise.all(requests.filter(({ headers }) => headers['content-type'] === '').map((request) => client.send(request)));
    expect(new Set(untyped.map(({ problem }) => problem.code))).toEqual(new Set(['request.unsupported_media_type']));
  });

  it('in a path leads nowhere', async () => {
    const requests = handlers.flatMap((handler) => {
      const { method, body } = target(handler);
      const template = handler.route.split(' ')[1] ?? '';
      return (template.match(/:\w+/g) ?? []).flatMap((param) =>
        BAD_PARAMS.map((value) => ({ method, body, path: samplePath(template.replace(param, value), ids) })),
      );
    });
    expect(requests.length).toBeGreaterThan(700);
    expect(await client.findFaults(requests)).toEqual([]);
  });

  it('in a query is refused and the parameter is named', async () => {
    const document = (await app.request('GET', 'openapi.json')).body;
    const filtersOf = (path: string): string[] => {
      const operation = document.paths[`/v1/user-management/${path}`]?.get;
      return (operation?.parameters ?? []).filter((each: { in: string }) => each.in === 'query').map(nameOf);
    };
    const requests = gets().flatMap(({ method, path }) => {
      const names = filtersOf(path);
      const bad = names.flatMap((name) => [
        ...[`${name}=%00`, `${name}=a%00b`, `${name}=1&${name}=2`, `${name}=`, `${name}=%E2%80%A8`].map((query) => [name, query]),
        ...['[]', '[not]', '[$gt]', '.not', '%00'].map((more) => [decodeURIComponent(`${name}${more}`), `${name}${more}=x`]),
      ]);
      const others = ['unknown', '__proto__', 'constructor', 'toString'].map((name) => [name, `${name}=1`]);
      return names.length === 0 ? [] : [...bad, ...others].map(([field, query]) => ({ method, path: `${path}?${query}`, field: field! }));
    });
    expect(requests.length).toBeGreaterThan(200);
    expect(await client.findFaults(requests)).toEqual([]);
    const numbers = ['abc', '1.5', '1e3', '0x10', '١', '--1', '1%20OR%201=1', 'Infinity', 'NaN', 'null'];
    const lists = gets().filter(({ path }) => filtersOf(path).includes('limit'));
    expect(lists.length).toBeGreaterThan(6);
    const paging = lists.flatMap(({ method, path }) =>
      ['limit', 'offset'].flatMap((field) => numbers.map((value) => ({ method, path: `${path}?${field}=${encodeURI(decodeURI(value))}`, field }))),
    );
    expect(await client.findFaults(paging)).toEqual([]);
  });

  it('as a trick with the method or the address opens nothing', async () => {
    const organisation = 'admin/organisations/texas';
    const base = '/v1/user-management';
    const addresses = [
      ...[`/${base}/users/me`, '/v1//user-management/users/me', `${base}/users/me/`, '/V1/user-management/users/me'],
      ...[`${base}/users/me%2f`, `${base}/./users/me`, `${base}/users/../users/me`, `${base}/users/me;x=1`],
    ];
    const requests: HostileRequest[] = [
      ...['TRACE', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'].map((method) => ({ method, path: organisation })),
      ...addresses.map((path) => ({ method: 'GET', path })),
      { method: 'POST', path: organisation, body: { name: 'Other' }, headers: { 'x-http-method-override': 'PATCH' } },
    ];
    expect(await client.findFaults(requests)).toEqual([]);
    const headers = { 'x-http-method-override': 'DELETE' };
    expect((await client.send({ method: 'GET', path: `${organisation}?_method=DELETE`, headers })).status).toBe(200);
  });

  it('spells /admin otherwise and meets the same guard', async () => {
    const spelled = ['%61dmin/users', 'admin%2fusers', '%2561dmin/users', 'ADMIN/users', 'admin/%75sers'];
    for (const path of spelled) {
      const answer = await client.send({ method: 'GET', path }, 'patient@example.com');
      expect([403, 404]).toContain(answer.status);
      const posted = await client.send({ method: 'POST', path, body: sampleBody('POST admin/users', ids) }, 'patient@example.com');
      expect([403, 404]).toContain(posted.status);
    }
    const { hostname, port } = new URL(app.url);
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(`http://${hostname}:${port}/v1/user-management/%61dmin/users`, { method });
      expect(response.status).toBe(401);
    }
  });
});

const nameOf = ({ name }: { name: string }) => name;

/** Paths of all leaves and branches: `memberships`, `memberships.0`, `memberships.0.role_key`. */
function fieldsOf(body: object, above = ''): string[] {
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) => {
    const path = `${above}${name}`;
    return [path, ...(typeof value === 'object' && value !== null ? fieldsOf(value, `${path}.`) : [])];
  });
}

function replaced(body: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(body) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((above, name) => above[name] as Record<string, unknown>, copy);
  parent[last] = value;
  return copy;
}

/** All that these two hold is optional. */
function isValid(field: string, value: unknown): boolean {
  return ['practitioner_profile', 'provisioning'].includes(field) && JSON.stringify(value) === '{}';
}
