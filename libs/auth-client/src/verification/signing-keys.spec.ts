import fc from 'fast-check';
import { isImmediate, JwksEndpoint } from '../../test/jwks-endpoint.js';
import type { AuthError } from '../auth-error.js';
import { createSigningKeyPair, encodeJson } from '../testing/signing-key-pair.js';
import { TokenVerifier } from './token-verifier.js';

const invalid = { code: 'token.invalid', message: 'The token was signed with an unknown key' };
const unavailable = { code: 'context.unavailable', status: 503 };

let endpoint: JwksEndpoint;
let verifier: TokenVerifier;
/** A new token each time, so that none is remembered. */
const verifyNew = (): Promise<unknown> => verifier.verify(endpoint.issue());
const strangers = Array.from({ length: 10_000 }, (_, index) => {
  const header = encodeJson({ alg: 'ES256', kid: `unknown-${index}` });
  return `${header}.${encodeJson({})}.AAAA`;
});
/** As many tokens at once, each with another key that nobody knows; the codes with which they are refused. */
async function flood(size: number): Promise<unknown[]> {
  const codeOf = (token: string): Promise<unknown> => verifier.verify(token).catch((error: unknown) => (error as AuthError).code);
  return [...new Set(await Promise.all(strangers.slice(0, size).map(codeOf)))];
}

beforeEach(() => {
  endpoint = new JwksEndpoint();
  verifier = new TokenVerifier(endpoint.options);
});
afterEach(async () => {
  endpoint.hangUp();
  await endpoint.settle();
});

describe('keys that nobody knows', () => {
  test('cause one fetch in 30 seconds, however many they are, warm or cold', async () => {
    expect(await flood(10_000)).toEqual(['token.invalid']);
    expect(await flood(10_000)).toEqual(['token.invalid']);
    expect(endpoint.requests).toBe(1);
    endpoint.nowMs += 29_999;
    expect(await flood(10_000)).toEqual(['token.invalid']);
    expect(endpoint.requests).toBe(1);
    endpoint.nowMs += 1;
    expect(await flood(10_000)).toEqual(['token.invalid']);
    expect(await flood(10_000)).toEqual(['token.invalid']);
    expect(endpoint.requests).toBe(2);
  });

  test('cause no more than that together with a refresh that fails', async () => {
    await verifyNew();
    endpoint.pass(6);
    endpoint.behaviour = 'fail';
    for (let halfMinutes = 0; halfMinutes < 4; halfMinutes += 1) {
      await verifyNew();
      await endpoint.settle();
      expect(await flood(100)).toEqual(['context.unavailable']);
      expect(endpoint.requests).toBe(2 + halfMinutes);
      endpoint.nowMs += 30_000;
    }
  });

  test('are not called invalid while nobody can be asked: one of them may be new', async () => {
    await verifyNew();
    endpoint.pass(1);
    endpoint.behaviour = 'fail';
    const old = endpoint.key;
    endpoint.published = [createSigningKeyPair('ES256'), old];
    await expect(verifyNew()).rejects.toMatchObject(unavailable);
    await expect(verifier.verify(endpoint.issue('a', old))).resolves.toBeDefined();
    endpoint.behaviour = 'answer';
    endpoint.nowMs += 30_000;
    await expect(verifyNew()).resolves.toBeDefined();
  });

  test('use a refresh that is under way', async () => {
    await verifyNew();
    endpoint.pass(6);
    await Promise.all([verifyNew(), flood(100)]);
    expect(endpoint.requests).toBe(2);
    endpoint.nowMs += 29_999;
    await flood(100);
    expect(endpoint.requests).toBe(2);
  });

  test('hold up nobody whose key is known', async () => {
    verifier = new TokenVerifier({ ...endpoint.options, jwksTimeoutMs: 60_000 });
    await verifyNew();
    endpoint.behaviour = 'hang';
    endpoint.nowMs += 60_000;
    const flooding = flood(100);
    expect(await isImmediate(flooding)).toBe(false);
    expect(await isImmediate(verifyNew())).toBe(true);
  });

  test('are not asked for with an algorithm that is not accepted', async () => {
    const token = `${encodeJson({ alg: 'HS256', kid: 'k' })}.${encodeJson({})}.AAAA`;
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token.invalid' });
    expect(endpoint.requests).toBe(0);
  });
});

describe('a change of keys', () => {
  test('a new key is found at once, and the old one still counts while it is published', async () => {
    const old = endpoint.issue('old');
    await verifyNew();
    endpoint.nowMs += 1;
    endpoint.published.unshift(createSigningKeyPair('ES256'));
    await expect(verifyNew()).resolves.toBeDefined();
    await expect(verifier.verify(old)).resolves.toBeDefined();
    expect(endpoint.requests).toBe(2);
  });

  test('a removed key is dead within ten minutes, also for tokens that are remembered', async () => {
    const [remembered, fresh] = [endpoint.issue(), endpoint.issue()];
    await verifier.verify(remembered);
    endpoint.published = [createSigningKeyPair('ES256')];
    endpoint.pass(10);
    await expect(verifier.verify(remembered)).rejects.toMatchObject(invalid);
    await expect(verifier.verify(fresh)).rejects.toMatchObject(invalid);
  });

  test('all keys removed is an answer too', async () => {
    const token = endpoint.issue();
    await verifier.verify(token);
    endpoint.published = [];
    endpoint.pass(10);
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('a removed key is dead within ten minutes under any traffic, and a published one always counts', async () => {
    const request = fc.record({ afterSeconds: fc.integer({ min: 0, max: 900 }), isNew: fc.boolean(), awaitsRefresh: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 30 }), fc.nat(1800), async (requests, removedAfterSeconds) => {
        endpoint = new JwksEndpoint();
        verifier = new TokenVerifier(endpoint.options);
        const { key } = endpoint;
        const remembered = endpoint.issue('remembered');
        const removedAtMs = endpoint.nowMs + removedAfterSeconds * 1000;
        for (const { afterSeconds, isNew, awaitsRefresh } of requests) {
          // A fetch ends within a minute at the latest.
          if (awaitsRefresh || afterSeconds > 60) await endpoint.settle();
          endpoint.nowMs += afterSeconds * 1000;
          if (endpoint.nowMs >= removedAtMs) endpoint.published = [];
          const token = isNew ? endpoint.issue(undefined, key) : remembered;
          const isAccepted = await verifier.verify(token).then(() => true, () => false);
          if (endpoint.nowMs < removedAtMs && !isAccepted) throw new Error('a published key was refused');
          if (endpoint.nowMs >= removedAtMs + 600_000 && isAccepted) throw new Error('a removed key was accepted');
        }
      }),
      { numRuns: 500 },
    );
  });

  test('an answer that was under way while the machine slept counts for nothing', async () => {
    const token = endpoint.issue();
    await verifier.verify(token);
    endpoint.pass(6);
    await verifier.verify(token);
    endpoint.published = [];
    endpoint.pass(10);
    await expect(verifier.verify(token)).rejects.toMatchObject(unavailable);
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('a key of the same name with other material is another key', async () => {
    const remembered = endpoint.issue();
    await verifier.verify(remembered);
    const { kid } = endpoint.key;
    const other = createSigningKeyPair('ES256');
    endpoint.published = [{ ...other, kid, jwk: { ...other.jwk, kid } }];
    endpoint.pass(10);
    await expect(verifyNew()).resolves.toBeDefined();
    await expect(verifier.verify(remembered)).rejects.toMatchObject({ message: 'The signature of the token is wrong' });
  });

  test('a key that did not change leaves tokens remembered', async () => {
    const token = endpoint.issue();
    const first = await verifier.verify(token);
    for (let refreshes = 2; refreshes < 5; refreshes += 1) {
      endpoint.pass(5);
      expect(await verifier.verify(token)).toBe(first);
      await endpoint.settle();
      expect(await verifier.verify(token)).toBe(first);
      expect(endpoint.requests).toBe(refreshes);
    }
  });
});

describe('while the endpoint answers', () => {
  test('requests that come at once share the first fetch', async () => {
    await Promise.all(Array.from({ length: 50 }, () => verifyNew()));
    expect(endpoint.requests).toBe(1);
  });

  test('nothing is asked for five minutes', async () => {
    await verifyNew();
    endpoint.nowMs += 299_999;
    await verifyNew();
    await endpoint.settle();
    expect(endpoint.requests).toBe(1);
  });

  test.each(['remembered', 'new'])('a refresh is in the background from five to ten minutes on, for %s tokens', async (kind) => {
    const token = endpoint.issue();
    const verify = (): Promise<unknown> => (kind === 'new' ? verifyNew() : verifier.verify(token));
    await verify();
    endpoint.pass(5);
    expect(await isImmediate(verify())).toBe(true);
    expect(endpoint.requests).toBe(2);
    await endpoint.settle();
    endpoint.nowMs += 599_999;
    expect(await isImmediate(verify())).toBe(true);
    expect(endpoint.requests).toBe(3);
  });

  test('the first request after ten idle minutes waits for the answer', async () => {
    await verifyNew();
    endpoint.pass(10);
    expect(await isImmediate(verifyNew())).toBe(false);
    await endpoint.settle();
    expect(await isImmediate(verifyNew())).toBe(true);
    expect(endpoint.requests).toBe(2);
  });
});
