import { Logger } from '@nestjs/common';
import { buildContext, buildMembership, startFakeUserManagement, startTestIssuer } from '@sa-platform/auth-client/testing';

interface ExampleService {
  url: string;
  stop(): Promise<void>;
}

Logger.overrideLogger(false);
const issuer = await startTestIssuer();
const users = await startFakeUserManagement();
const membership = buildMembership({ organisation_id: 'texas', permissions: ['claims:read'] });
users.setContext('biller', buildContext({ user_id: 'biller', display_name: 'Billie', memberships: [membership] }));
users.setContext('guest', buildContext({ user_id: 'guest' }));
Object.assign(process.env, {
  PORT: '0',
  USER_MANAGEMENT_URL: users.baseUrl,
  AUTH_ISSUER: issuer.issuer,
  AUTH_AUDIENCE: issuer.audience,
  AUTH_JWKS_URI: issuer.jwksUri,
});
afterAll(async () => {
  await Promise.all([issuer.close(), users.close()]);
});

describe.each<[string, () => Promise<ExampleService>]>([
  ['Nest', () => import('./nest-service.js')],
  ['Express', () => import('./express-service.js')],
  ['Fastify', () => import('./fastify-service.js')],
  ['nothing but Node', () => import('./plain-service.js')],
])('the service of the README on %s', (_name, load) => {
  let service: ExampleService;
  beforeAll(async () => {
    service = await load();
  });
  afterAll(() => service.stop());

  const ask = async (path: string, headers: Record<string, string>): Promise<[number, unknown]> => {
    const answer = await fetch(`${service.url}${path}`, { headers });
    return [answer.status, await answer.json()];
  };
  const as = (sub: string): Record<string, string> => ({ authorization: `Bearer ${issuer.issue({ sub })}` });

  test('is healthy for everybody', async () => {
    expect(await ask('/health', {})).toEqual([200, { status: 'ok' }]);
  });

  test('answers who reads, and of which organisation', async () => {
    const answer = { reader: 'Billie', organisation: 'texas' };
    expect(await ask('/claims', as('biller'))).toEqual([200, answer]);
    expect(await ask('/claims', { ...as('biller'), 'x-organisation-id': 'texas' })).toEqual([200, answer]);
  });

  test.each<[number, string, Record<string, string>]>([
    [401, 'token.missing', {}],
    [401, 'token.invalid', { authorization: 'Bearer a.b.c' }],
    [403, 'access.denied', as('guest')],
    [403, 'access.denied', { ...as('biller'), 'x-organisation-id': 'ohio' }],
    [403, 'user.unknown', as('nobody')],
  ])('refuses with %i %s', async (status, code, headers) => {
    expect(await ask('/claims', headers)).toEqual([status, expect.objectContaining({ status, code })]);
  });

  test('says how to sign in', async () => {
    const answer = await fetch(`${service.url}/claims`);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});
