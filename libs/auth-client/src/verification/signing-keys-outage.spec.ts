import { setTimeout as delay } from 'node:timers/promises';
import { isImmediate, JwksEndpoint } from '../../test/jwks-endpoint.js';
import { createSigningKeyPair } from '../testing/signing-key-pair.js';
import { TokenVerifier } from './token-verifier.js';

const invalid = { code: 'token.invalid', message: 'The token was signed with an unknown key' };
const unavailable = { code: 'context.unavailable', status: 503 };

let endpoint: JwksEndpoint;
let verifier: TokenVerifier;
/** A new token each time, so that none is remembered. */
const verifyNew = (): Promise<unknown> => verifier.verify(endpoint.issue());

beforeEach(() => {
  endpoint = new JwksEndpoint();
  verifier = new TokenVerifier(endpoint.options);
});
afterEach(async () => {
  endpoint.hangUp();
  await endpoint.settle();
});

describe.each(['fail', 'hang'] as const)('while the endpoint answers no more (%s)', (behaviour) => {
  beforeEach(() => {
    verifier = new TokenVerifier({ ...endpoint.options, jwksTimeoutMs: 10 });
  });

  test('steady traffic loses no moment for an hour, and then gets 503', async () => {
    const remembered = endpoint.issue();
    const first = await verifier.verify(remembered);
    endpoint.behaviour = behaviour;
    for (let halfMinutes = 1; halfMinutes < 120; halfMinutes += 1) {
      endpoint.nowMs += 30_000;
      const requests = [verifyNew(), verifier.verify(remembered)];
      expect(await isImmediate(Promise.all(requests))).toBe(true);
      expect(await requests[1]).toBe(first);
      await endpoint.settle();
    }
    expect(endpoint.requests).toBe(1 + 110);
    endpoint.nowMs += 30_000;
    await expect(verifyNew()).rejects.toMatchObject(unavailable);
    await expect(verifier.verify(remembered)).rejects.toMatchObject(unavailable);
  });

  test('an attempt every 30 seconds is enough, and the first that succeeds heals', async () => {
    await verifyNew();
    endpoint.behaviour = behaviour;
    endpoint.pass(6);
    await verifyNew();
    await endpoint.settle();
    endpoint.nowMs += 29_999;
    await verifyNew();
    expect(endpoint.requests).toBe(2);
    endpoint.behaviour = 'answer';
    endpoint.nowMs += 1;
    await verifyNew();
    await endpoint.settle();
    endpoint.nowMs += 299_999;
    await verifyNew();
    expect(endpoint.requests).toBe(3);
  });

  test('a failure counts for ten minutes: a key removed since is dead by then', async () => {
    const token = endpoint.issue();
    await verifier.verify(token);
    endpoint.pass(6);
    endpoint.behaviour = behaviour;
    await verifier.verify(token);
    await endpoint.settle();
    endpoint.behaviour = 'answer';
    endpoint.published = [];
    endpoint.pass(10);
    await expect(verifier.verify(token)).rejects.toMatchObject(invalid);
  });

  test('an issuer that is late at the start costs 503, not 401, and is asked every two seconds', async () => {
    endpoint.behaviour = behaviour;
    await expect(verifyNew()).rejects.toMatchObject(unavailable);
    endpoint.nowMs += 1_999;
    await expect(verifyNew()).rejects.toMatchObject(unavailable);
    expect(endpoint.requests).toBe(1);
    endpoint.behaviour = 'answer';
    endpoint.nowMs += 1;
    await expect(verifyNew()).resolves.toBeDefined();
  });
});

test('without any key the first fetch may take its time', async () => {
  const slowFetch: typeof fetch = async (...request) => {
    await delay(400);
    return endpoint.options.fetch!(...request);
  };
  verifier = new TokenVerifier({ ...endpoint.options, fetch: slowFetch });
  await expect(verifyNew()).resolves.toBeDefined();
});

test('an unknown key waits for a refresh that hangs, and starts none of its own', async () => {
  await verifyNew();
  endpoint.behaviour = 'hang';
  endpoint.pass(6);
  await verifyNew();
  const stranger = verifier.verify(endpoint.issue('a', createSigningKeyPair('ES256')));
  await Promise.race([stranger, delay(400)]);
  expect(endpoint.requests).toBe(2);
  endpoint.hangUp();
  await expect(stranger).rejects.toMatchObject(unavailable);
  expect(endpoint.requests).toBe(2);
});

describe('an endpoint that is found hanging after an idle time', () => {
  test('holds up the first requests for a moment, together, and nobody after them', async () => {
    verifier = new TokenVerifier({ ...endpoint.options, jwksTimeoutMs: 60_000 });
    const remembered = endpoint.issue();
    const first = await verifier.verify(remembered);
    endpoint.behaviour = 'hang';
    endpoint.pass(11);
    const early = [verifier.verify(remembered), verifyNew(), verifyNew()];
    expect(await Promise.all(early.map(isImmediate))).toEqual([false, false, false]);
    expect(await Promise.all(early)).toHaveLength(3);
    for (let count = 0; count < 20; count += 1) {
      endpoint.nowMs += 20_000;
      expect(await isImmediate(verifyNew())).toBe(true);
      const again = verifier.verify(remembered);
      expect(await isImmediate(again)).toBe(true);
      if (count > 0) expect(await again).not.toBe(first);
    }
    expect(endpoint.requests).toBe(2);
  });

  test('keeps no program from ending', async () => {
    await verifyNew();
    endpoint.behaviour = 'hang';
    endpoint.pass(11);
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const waiting = verifyNew();
    expect(timers()).toBe(before);
    await waiting;
  });

  test('may hold up one more request after ten minutes without any', async () => {
    await verifyNew();
    endpoint.behaviour = 'hang';
    endpoint.pass(11);
    await verifyNew();
    endpoint.hangUp();
    await endpoint.settle();
    expect(await isImmediate(verifyNew())).toBe(true);
    endpoint.pass(10);
    expect(await isImmediate(verifyNew())).toBe(false);
    await endpoint.settle();
    expect(await isImmediate(verifyNew())).toBe(true);
  });
});
