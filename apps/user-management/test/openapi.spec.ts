import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ERRORS, type ErrorCode } from '@sa-platform/contracts';
import { matchSchema, type JsonSchema } from './json-schema.js';
import { anonymous, listFastifyRoutes, OUTSIDE_GUARDS } from './service-routes.js';
import { TAKES_CSV, WITHOUT_JSON } from './sample-requests.js';
import { TestApp, type Answer } from './test-app.js';

interface Operation {
  operationId: string;
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>;
  security?: object[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object };
  security: object[];
}

const HEALTH = /^\/(health\/|metrics$)/;
const ADMIN = 'admin@example.com';
/** Thrown where no documented route can be: without a declaration, or without a route. */
const OF_NO_ROUTE = ['access.undeclared'];

describe('the OpenAPI document', () => {
  let app: TestApp;
  let answer: Answer;
  let document: Document;
  let operations: { route: string; path: string; operation: Operation }[];
  beforeAll(async () => {
    app = await TestApp.start();
    answer = await app.request('GET', 'openapi.json');
    document = answer.body;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, path, operation })),
    );
  });
  afterAll(() => app.stop());

  const codesOf = ({ responses }: Operation) =>
    Object.entries(responses).flatMap(([status, { description }]) => (Number(status) < 400 ? [] : description.split(', ')));
  const where = (isAtFault: (operation: Operation, route: string) => boolean) =>
    operations.filter(({ operation, route }) => isAtFault(operation, route)).map(({ route }) => route);

  it('is OpenAPI 3.1 that anybody may read, and its page is served', async () => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(document.components.securitySchemes).toMatchObject({ bearer: { type: 'http', scheme: 'bearer' } });
    const page = await app.request('GET', '/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  });

  it('holds exactly the routes of the API, each under a name of its own', () => {
    const served = listFastifyRoutes(app).filter((route) => {
      const path = route.split(' ')[1] ?? '';
      return !OUTSIDE_GUARDS.test(path) && !HEALTH.test(path);
    });
    expect(operations.map(({ route }) => anonymous(route)).sort()).toEqual(served);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  it('describes every path parameter, once, and nothing that is none', () => {
    const wrong = operations.filter(({ path, operation }) => {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      const isComplete = described.every(({ required, schema }) => required && typeof schema === 'object');
      return !isComplete || JSON.stringify(described.map(({ name }) => name).sort()) !== JSON.stringify(inPath);
    });
    expect(wrong.map(({ route }) => route)).toEqual([]);
  });

  it('names every filter of the list of users', () => {
    const parameters = document.paths['/v1/user-management/admin/users']?.['get']?.parameters ?? [];
    const filters = ['ids', 'organisation_id', 'user_type', 'status', 'search', 'product_id', 'limit', 'offset', 'cursor', 'sort', 'with_total'];
    expect(parameters.map(({ name, in: place, required }) => [name, place, required]).sort()).toEqual(
      filters.map((name) => [name, 'query', false]).sort(),
    );
  });

  it('has a schema of every body and every success', () => {
    const hasSchema = (content: Record<string, { schema: JsonSchema }> | undefined) =>
      Object.values(content ?? {}).some(({ schema }) => Object.keys(schema).length > 0);
    const takesBody = /^(POST|PUT|PATCH) /;
    const isExpected = (route: string) => takesBody.test(route) && (TAKES_CSV.test(route) || !WITHOUT_JSON.test(route));
    expect(where(({ requestBody }, route) => isExpected(route) !== hasSchema(requestBody?.content))).toEqual([]);
    const success = ({ responses }: Operation) => Object.entries(responses).filter(([status]) => status.startsWith('2'));
    expect(where((operation) => success(operation).length !== 1)).toEqual([]);
    expect(where((operation) => success(operation).some(([status, { content }]) => (status === '204') === hasSchema(content)))).toEqual([]);
  });

  it('says which bodies may be left out', () => {
    const optional = where(({ requestBody }) => requestBody?.required === false);
    expect(optional).toEqual(['POST /v1/user-management/admin/users/{id}/reset-password']);
  });

  it('names the headers Idempotency-Key and If-Match where they count', () => {
    const takes = (name: string) => where(({ parameters }) => parameters?.some((parameter) => parameter.name === name) === true).sort();
    const posts = operations.map(({ route }) => route).filter((route) => /^POST .*\/admin\//.test(route));
    expect(takes('Idempotency-Key')).toEqual(posts.sort());
    expect(takes('If-Match')).toEqual(where((operation) => codesOf(operation).includes('precondition.failed')).sort());
    expect(takes('If-Match').length).toBeGreaterThan(5);
  });

  it('gives each error its status, its media type and the schema of a problem', () => {
    const errors = operations.flatMap(({ route, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) >= 400)
        .map(([status, response]) => ({ route, status: Number(status), ...response })),
    );
    expect(errors.length).toBeGreaterThan(200);
    for (const { status, description, content } of errors) {
      const codes = description.split(', ');
      expect(codes.filter((code) => !(code in ERRORS) || ERRORS[code as ErrorCode][0] !== status)).toEqual([]);
      expect(content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
    }
    const isPublic = ({ security }: Operation) => security?.length === 0;
    expect(where(isPublic).sort()).toEqual(['GET /v1/user-management/.well-known/jwks.json', 'GET /v1/user-management/asyncapi.json']);
    expect(where((operation) => codesOf(operation).includes('token.missing') === isPublic(operation))).toEqual([]);
  });

  it('names every error that the service throws, at least at one route', () => {
    const source = join(import.meta.dirname, '../src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    const thrown = files.flatMap((file) => {
      const text = readFileSync(join(source, file), 'utf8');
      const statements = [...text.matchAll(/new AppError\(([^;]*)/g)].map(([, what]) => what ?? '');
      return statements.flatMap((what) => [...what.matchAll(/'([a-z_]+\.[a-z_]+)'/g)].flatMap(([, code]) => (code! in ERRORS ? [code] : [])));
    });
    expect(thrown).toContain('product.key_taken');
    const documented = new Set(operations.flatMap(({ operation }) => codesOf(operation)));
    expect([...new Set(thrown)].filter((code) => !documented.has(code!) && !OF_NO_ROUTE.includes(code!))).toEqual([]);
  });

  it('is free of what OpenAPI 3.1 no longer knows, and every reference leads somewhere', () => {
    const text = JSON.stringify(document);
    expect(text).not.toMatch(/"nullable":|"exclusiveM(in|ax)imum":(true|false)|"x-own-errors"/);
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });

  it('is kept by what the service answers', async () => {
    const role = await app.as(ADMIN, 'POST', 'admin/roles', { key: 'DOCUMENTED', name: 'Documented', permissions: ['claims:read'] });
    const email = 'documented@example.com';
    const memberships = [{ organisation_id: 'texas', role_key: 'BILLER', product_ids: ['claims'] }];
    const provisioning = { delivery: 'temporary_password' };
    const user = await app.as(ADMIN, 'POST', 'admin/users', { email, display_name: 'D', user_type: 'clinician', memberships, provisioning });
    const id = String(user.body.id);
    const answers: [route: string, Answer][] = [
      ['POST admin/roles', role],
      ['POST admin/users', user],
      ['GET admin/roles', await app.as(ADMIN, 'GET', 'admin/roles')],
      ['GET admin/roles/{id}', await app.as(ADMIN, 'GET', `admin/roles/${String(role.body.id)}`)],
      ['GET admin/users', await app.as(ADMIN, 'GET', 'admin/users')],
      ['GET admin/users/{id}', await app.as(ADMIN, 'GET', `admin/users/${id}`)],
      ['GET admin/users/{id}/access', await app.as(ADMIN, 'GET', `admin/users/${id}/access`)],
      ['GET admin/permissions/{permission}/holders', await app.as(ADMIN, 'GET', 'admin/permissions/claims:read/holders')],
      ['GET admin/products', await app.as(ADMIN, 'GET', 'admin/products')],
      ['GET admin/products/{id}/grant-count', await app.as(ADMIN, 'GET', 'admin/products/claims/grant-count')],
      ['GET admin/organisations', await app.as(ADMIN, 'GET', 'admin/organisations')],
      ['GET permissions', await app.as(ADMIN, 'GET', 'permissions')],
      ['GET permissions/services', await app.as(ADMIN, 'GET', 'permissions/services')],
      ['GET permissions/{permission}', await app.as(ADMIN, 'GET', 'permissions/claims:read')],
      ['GET .well-known/jwks.json', await app.request('GET', '.well-known/jwks.json')],
      ['GET asyncapi.json', await app.request('GET', 'asyncapi.json')],
      ['GET events', await app.as(ADMIN, 'GET', 'events')],
      ['POST admin/users/{id}/impersonation', await app.as(ADMIN, 'POST', `admin/users/${id}/impersonation`, { reason: 'R' })],
      ['GET users/me', await app.as(ADMIN, 'GET', 'users/me')],
      ['GET users/{id}/context', await app.as(ADMIN, 'GET', `users/${id}/context`)],
      ['GET users/{id}/contact', await app.as(ADMIN, 'GET', `users/${id}/contact`)],
      ['POST users/contexts', await app.as('service:context:read', 'POST', 'users/contexts', { user_ids: [id, 'nobody'] })],
      ['POST admin/roles', await app.as(ADMIN, 'POST', 'admin/roles', { key: 1 })],
      ['GET admin/users/{id}', await app.as(ADMIN, 'GET', 'admin/users/nobody')],
      ['GET users/{id}/contact', await app.request('GET', `users/${id}/contact`)],
    ];
    for (const [route, { status, headers, body }] of answers) {
      const [method = '', path = ''] = route.split(' ');
      const { content } = document.paths[`/v1/user-management/${path}`]![method.toLowerCase()]!.responses[status]!;
      const type = headers.get('content-type')!.split(';')[0]!;
      expect([route, matchSchema(body, content![type]!.schema, document.components.schemas)]).toEqual([route, []]);
    }
  });
});
