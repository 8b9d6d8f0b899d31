import { generateKeyPairSync } from 'node:crypto';
import { signToken, startTestIssuer, type TestIssuer } from './testing/index.js';
import { TokenVerifier } from './token-verifier.js';
import type { VerifierOptions } from './verifier-options.js';

const MINUTE_MS = 60_000;
const start = Date.UTC(2026, 10, 21);

let nowMs: number;
let issuer: TestIssuer;
let verifier: TokenVerifier;
const now = (): number => nowMs;
const newVerifier = (more: Partial<VerifierOptions> = {}): TokenVerifier =>
  new TokenVerifier({ ...issuer.verifierOptions, now, ...more });
/** A new token each time, so that none is remembered. */
const verifyNew = (sub = crypto.randomUUID()): Promise<unknown> => verifier.verify(issuer.issue({ sub }));
const unknownKey = (): string => issuer.issue({}, { kid: crypto.randomUUID() });
const flood = async (size: number): Promise<string[]> => {
  const codes = Array.from({ length: size }, () => verifier.verify(unknownKey()).catch((error: unknown) => (error as { code: string }).code));
  return [...new Set(await Promise.all(codes))] as string[];
};
/** Lets a refresh in the background end. */
const settle = async (requests: number): Promise<void> => {
  while (issuer.jwksRequests < requests) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
};

beforeEach(async () => {
  nowMs = start;
  issuer = await startTestIssuer({ now });
  verifier = newVerifier();
});
afterEach(() => issuer.close());

test('a flood of unknown keys causes one fetch, warm or cold, and one more after 30 seconds', async () => {
  expect(await flood(300)).toEqual(['token.invalid']);
  expect(issuer.jwksRequests).toBe(1);
  expect(await flood(300)).toEqual(['token.invalid']);
  expect(issuer.jwksRequests).toBe(1);
  nowMs += 29_999;
  await flood(300);
  expect(issuer.jwksRequests).toBe(1);
  nowMs += 1;
  await flood(300);
  await flood(300);
  expect(issuer.jwksRequests).toBe(2);
});

test('a token with another algorithm causes no fetch', async () => {
  await expect(verifier.verify(issuer.issue({}, { alg: 'HS256' }))).rejects.toMatchObject({ code: 'token.invalid' });
  expect(issuer.jwksRequests).toBe(0);
});

test('requests that come at once share the first fetch', async () => {
  await Promise.all(Array.from({ length: 50 }, () => verifyNew()));
  expect(issuer.jwksRequests).toBe(1);
});

test('a new key is found at once, and the old one still counts while it is published', async () => {
  const old = issuer.issue();
  await verifyNew();
  nowMs += 1;
  issuer.rotate();
  await expect(verifyNew()).resolves.toBeDefined();
  await expect(verifier.verify(old)).resolves.toBeDefined();
  expect(issuer.jwksRequests).toBe(2);
});

test('a removed key is dead within ten minutes, also for tokens that are remembered', async () => {
  const remembered = issuer.issue({ exp: start / 1000 + 3600 });
  const fresh = issuer.issue({ exp: start / 1000 + 3600, sub: 'other' });
  await verifier.verify(remembered);
  issuer.rotate({ removeOld: true });
  nowMs += 10 * MINUTE_MS;
  await expect(verifier.verify(remembered)).rejects.toMatchObject({ code: 'token.invalid' });
  await expect(verifier.verify(fresh)).rejects.toMatchObject({ code: 'token.invalid' });
});

test('with steady traffic the keys are refreshed in the background after five minutes, remembered tokens included', async () => {
  const remembered = issuer.issue({ exp: start / 1000 + 3600 });
  const first = await verifier.verify(remembered);
  nowMs += 5 * MINUTE_MS;
  expect(await verifier.verify(remembered)).toBe(first);
  await settle(2);
  nowMs += 6 * MINUTE_MS;
  expect(await verifier.verify(remembered)).toBe(first);
});

test('a key of the same name with other material is another key', async () => {
  const remembered = issuer.issue({ exp: start / 1000 + 3600 });
  await verifier.verify(remembered);
  const { kid } = issuer.key;
  issuer.rotate({ removeOld: true });
  issuer.key.jwk['kid'] = kid;
  nowMs += 10 * MINUTE_MS;
  await expect(verifier.verify(issuer.issue({}, { kid }))).resolves.toBeDefined();
  await expect(verifier.verify(remembered)).rejects.toMatchObject({ code: 'token.invalid' });
});

test.each(['fail', 'hang'] as const)('when the endpoint answers no more (%s), known keys serve for an hour', async (how) => {
  verifier = newVerifier({ jwksTimeoutMs: 2_000 });
  await verifyNew();
  issuer.setJwksBehaviour(how);
  for (const minutes of [6, 11, 30, 59]) {
    nowMs = start + minutes * MINUTE_MS;
    const startedAtMs = performance.now();
    await expect(verifyNew()).resolves.toBeDefined();
    expect(performance.now() - startedAtMs).toBeLessThan(1_500);
    await settle(0);
  }
  nowMs = start + 60 * MINUTE_MS;
  await expect(verifyNew()).rejects.toMatchObject({ code: 'context.unavailable', status: 503 });
});

test('a hanging endpoint holds up nobody whose key is known: after one short wait, nobody waits', async () => {
  await verifyNew();
  issuer.setJwksBehaviour('hang');
  nowMs += 11 * MINUTE_MS;
  await verifyNew();
  const startedAtMs = performance.now();
  for (let count = 0; count < 20; count += 1) await verifyNew();
  expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  expect(issuer.jwksRequests).toBe(2);
});

test('a failing refresh is tried again every 30 seconds, and heals', async () => {
  await verifyNew();
  issuer.setJwksBehaviour('fail');
  nowMs += 6 * MINUTE_MS;
  await verifyNew();
  await settle(2);
  await verifyNew();
  expect(issuer.jwksRequests).toBe(2);
  issuer.setJwksBehaviour('answer');
  nowMs += 30_000;
  await verifyNew();
  await settle(3);
  nowMs += 9 * MINUTE_MS;
  await verifyNew();
  await settle(4);
  expect(issuer.jwksRequests).toBe(4);
});

test('an issuer that is late at the start costs 503, not 401, and is asked every two seconds', async () => {
  issuer.setJwksBehaviour('fail');
  await expect(verifyNew()).rejects.toMatchObject({ code: 'context.unavailable' });
  await expect(verifyNew()).rejects.toMatchObject({ code: 'context.unavailable' });
  expect(issuer.jwksRequests).toBe(1);
  issuer.setJwksBehaviour('answer');
  nowMs += 2_000;
  await expect(verifyNew()).resolves.toBeDefined();
});

describe('the key document', () => {
  const serve = (answer: () => Response): void => {
    verifier = newVerifier({ fetch: () => Promise.resolve(answer()) });
  };

  test.each([
    ['no JSON', () => new Response('<html>')],
    ['no list', () => Response.json({ keys: 'all' })],
    ['nothing', () => Response.json(null)],
    ['a status other than 200', () => Response.json({ keys: [] }, { status: 203 })],
    ['more than 1 MiB', () => new Response('x'.repeat(1024 * 1024 + 1))],
  ])('is a failure when it holds %s', async (_name, answer) => {
    serve(answer);
    await expect(verifyNew()).rejects.toMatchObject({ code: 'context.unavailable' });
  });

  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  test.each([
    ['none', () => []],
    ['nonsense', () => [null, 'x', { kty: 'RSA' }]],
    ['a key for encryption', () => [{ ...issuer.key.jwk, use: 'enc' }]],
    ['a key without kid', () => [{ ...issuer.key.jwk, kid: undefined }]],
    ['a key for another algorithm', () => [{ ...issuer.key.jwk, alg: 'RS512' }]],
    ['a secret', () => [{ kty: 'oct', k: 'c2VjcmV0', kid: issuer.key.kid, alg: 'HS256' }]],
    ['a private key', () => [{ ...issuer.key.privateKey.export({ format: 'jwk' }), kid: issuer.key.kid }]],
  ])('with %s makes every key unknown', async (_name, keys) => {
    serve(() => Response.json({ keys: keys() }));
    await expect(verifyNew()).rejects.toMatchObject({ code: 'token.invalid' });
  });

  test('with an RSA key of 1024 bits does not make it trusted', async () => {
    const jwk = { ...weak.publicKey.export({ format: 'jwk' }), kid: 'weak' };
    serve(() => Response.json({ keys: [jwk] }));
    const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'a', iat: start / 1000, exp: start / 1000 + 60 };
    const token = signToken({ kid: 'weak', ...weak, jwk }, claims);
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  test('with one name twice counts the first', async () => {
    const { kid } = issuer.key;
    const other = { ...weak.publicKey.export({ format: 'jwk' }), kid };
    serve(() => Response.json({ keys: [issuer.key.jwk, other] }));
    await expect(verifyNew()).resolves.toBeDefined();
  });
});
