import { ServiceTokenSource } from './service-token-source.js';
import { startTestIssuer, type TestIssuer } from './testing/index.js';
import { TokenVerifier } from './token-verifier.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());

let nowMs = Date.now();
const now = (): number => nowMs;
const newSource = (more: object = {}): ServiceTokenSource =>
  new ServiceTokenSource({
    tokenUrl: issuer.tokenUrl,
    clientId: 'example-service',
    clientSecret: 'p:ä%',
    scopes: ['context:read'],
    now,
    ...more,
  });
const answering = (body: unknown, status = 200): ((...request: unknown[]) => Promise<Response>) => {
  return () => Promise.resolve(Response.json(body, { status }));
};

test('gets a token that a verifier knows as this service', async () => {
  const token = await newSource().getToken();
  const principal = await new TokenVerifier(issuer.verifierOptions).verify(token);
  expect(principal).toMatchObject({ type: 'service', clientId: 'example-service', scopes: ['context:read'] });
});

test('form-encodes id and secret before joining them (RFC 6749 2.3.1), and sends further parameters', async () => {
  const seen: RequestInit[] = [];
  const fetch = (_url: string, init: RequestInit): Promise<Response> => {
    seen.push(init);
    return Promise.resolve(Response.json({ access_token: 't', expires_in: 60 }));
  };
  await newSource({ fetch, parameters: { audience: 'api' } }).getToken();
  const credentials = new Headers(seen[0]?.headers).get('authorization')?.slice('Basic '.length) ?? '';
  expect(Buffer.from(credentials, 'base64').toString()).toBe('example-service:p%3A%C3%A4%25');
  expect(seen[0]?.body).toBe('grant_type=client_credentials&audience=api&scope=context%3Aread');
});

test('asks once for requests that come at once, and keeps the token', async () => {
  const source = newSource();
  const before = issuer.tokenRequests;
  const tokens = await Promise.all(Array.from({ length: 20 }, () => source.getToken()));
  tokens.push(await source.getToken());
  expect(new Set(tokens).size).toBe(1);
  expect(issuer.tokenRequests - before).toBe(1);
});

test('renews in the background before it expires, and keeps the old one while that fails', async () => {
  const answers = [{ access_token: 'first', expires_in: 100 }, {}, { access_token: 'second', expires_in: 100 }];
  const fetch = (): Promise<Response> => Promise.resolve(Response.json(answers.shift()));
  const source = newSource({ fetch });
  expect(await source.getToken()).toBe('first');
  nowMs += 79_999;
  expect(await source.getToken()).toBe('first');
  expect(answers).toHaveLength(2);
  nowMs += 1;
  expect(await source.getToken()).toBe('first');
  await new Promise(setImmediate);
  expect(answers).toHaveLength(1);
  expect(await source.getToken()).toBe('first');
  await new Promise(setImmediate);
  expect(await source.getToken()).toBe('second');
});

test.each([
  ['an error', answering({ error: 'invalid_client' }, 401)],
  ['no token', answering({ expires_in: 60 })],
  ['no lifetime', answering({ access_token: 't' })],
  ['null', answering(null)],
  ['nothing', () => Promise.reject(new Error('ECONNREFUSED'))],
])('refuses when the issuer answers %s', async (_name, fetch) => {
  await expect(newSource({ fetch }).getToken()).rejects.toMatchObject({ code: 'context.unavailable' });
});

test('never hands out an expired token', async () => {
  const answers = [{ access_token: 'first', expires_in: 100 }];
  const source = newSource({ fetch: () => Promise.resolve(Response.json(answers.shift() ?? {})) });
  await source.getToken();
  nowMs += 100_000;
  await expect(source.getToken()).rejects.toMatchObject({ code: 'context.unavailable' });
});

test.each(['tokenUrl', 'clientId', 'clientSecret'])('does not start without %s', (option) => {
  expect(() => newSource({ [option]: '' })).toThrow(expect.objectContaining({ option }));
});
