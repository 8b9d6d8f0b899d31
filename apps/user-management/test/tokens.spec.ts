import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from './arrange.js';
import { FORGERIES, openBench, type Bench } from './forgeries.js';
import { decode, signIn } from './sign-token.js';
import { TestApp, type Answer } from './test-app.js';

const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);

let app: TestApp;
let bench: Bench;

beforeAll(async () => {
  app = await TestApp.start();
  bench = await openBench(app, 'admin@example.com');
});
afterAll(() => app.stop());

const both = async (token: string): Promise<Answer[]> =>
  Promise.all(['users/me', 'admin/users'].map((path) => app.request('GET', path, { token })));

describe('a token', () => {
  it('signed again as it was passes: what follows fails for its change alone', async () => {
    const answers = await both(bench.signed({ jti: 'another', exp: now() + HOUR }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it.each(FORGERIES)('%s is refused', async (_, forge, code = 'token.invalid') => {
    const token = forge(bench);
    for (const answer of await both(token)) {
      expectProblem(answer, 401, code);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
      expect(answer.text).not.toContain(token.slice(0, 60));
    }
  });

  it('stays good after all these', async () => {
    expect((await both(bench.token)).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a sign-in with code and PKCE', () => {
  it('gives an access token that is accepted and an ID token that is not', async () => {
    const tokens = await signIn(app, 'admin@example.com', 'Passw0rd!');
    expect((await both(tokens.access_token)).map(({ status }) => status)).toEqual([200, 200]);
    expect(decode(tokens.id_token.split('.')[1]).sub).toBe(bench.claims.sub);
    for (const answer of await both(tokens.id_token)) expectProblem(answer, 401, 'token.invalid');
  });
});

describe('without a token', () => {
  it.each<[string, Record<string, string>]>([
    ['no header', {}],
    ['an empty scheme', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${Buffer.from('admin@example.com:Passw0rd!').toString('base64')}` }],
    ['a cookie', { cookie: 'access_token=abc' }],
  ])('%s is asked for one', async (_, headers) => {
    const answer = await app.request('GET', 'admin/users', { headers });
    expectProblem(answer, 401, 'token.missing');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a token in the query is not looked at', async () => {
    expectProblem(await app.request('GET', `users/me?access_token=${bench.token}`), 401, 'token.missing');
  });
});

describe('somebody who is not active', () => {
  const OPEN: Record<string, string[]> = {
    pending: ['me', 'me/context', 'me/export'].map((path) => `GET /v1/user-management/users/${path}`),
    suspended: ['GET /v1/user-management/users/me/context'],
    deactivated: ['GET /v1/user-management/users/me/context'],
  };

  it.each(Object.keys(OPEN))('%s is refused on every route but where the design says', async (status) => {
    const { body } = await app.request('GET', 'openapi.json');
    const token = await app.token(`${status}@example.com`);
    const id = await app.idOf(`${status}@example.com`);
    const open: string[] = [];
    let closed = 0;
    for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, { security?: object[] }>>)) {
      if (!path.startsWith('/v1/user-management/')) continue;
      for (const [method, { security }] of Object.entries(methods)) {
        const isPublic = security?.length === 0;
        if (isPublic || !/^(get|post|put|patch|delete)$/.test(method)) continue;
        const answer = await app.request(method.toUpperCase(), path.replace(/\{\w+\}/g, id), { token });
        if (answer.status < 300) open.push(`${method.toUpperCase()} ${path}`);
        else expectProblem(answer, 403, 'user.not_active');
        closed += answer.status === 403 ? 1 : 0;
      }
    }
    expect(open.sort()).toEqual(OPEN[status]);
    expect(closed).toBeGreaterThanOrEqual(30);
  });

  it('holds nothing in the context that says so', async () => {
    const { body } = await app.as('suspended@example.com', 'GET', 'users/me/context');
    expect(body).toMatchObject({ status: 'suspended', permissions: [], memberships: [{ permissions: [], products: [] }] });
  });
});
