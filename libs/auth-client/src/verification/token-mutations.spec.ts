import fc from 'fast-check';
import { membersMutation, tokenMutation } from '../../test/token-mutations.js';
import { judge, writeMembers, type Members, type Outcome, type World } from '../../test/token-oracle.js';
import { createMaterial, NOW_MS, type Material } from '../../test/vectors/index.js';
import type { AuthError } from '../auth-error.js';
import { signToken, type SigningKeyPair } from '../testing/index.js';
import { signText } from '../testing/signing-key-pair.js';
import { TokenVerifier } from './token-verifier.js';

const RUNS = { changed: 50_000, signedAnew: { RS256: 4_000, ES256: 16_000 } };
/** They take some 15 s on one core that does nothing else. */
const TIMEOUT_MS = 180_000;

let material: Material;
let verifier: TokenVerifier;
const seen: Record<Outcome, number> = { accepted: 0, 'token.invalid': 0, 'token.expired': 0 };

const outcomeOf = (token: string): Promise<string> =>
  verifier.verify(token).then(
    () => 'accepted',
    (error: unknown) => (error as AuthError).code,
  );

/** Fails with the token, and with what the property was made of. */
async function expectOutcome(token: string, expected: Outcome): Promise<void> {
  const outcome = await outcomeOf(token);
  if (outcome !== expected) throw new Error(`${outcome} instead of ${expected}: ${token}`);
  seen[expected] += 1;
}

/** Good tokens of every kind, and two that expired. */
function goodClaims({ claims, nowSeconds, issuer }: Material): Record<string, unknown>[] {
  return [
    claims(),
    claims({ aud: ['other', issuer.audience], azp: 'web', scope: 'openid email', nbf: nowSeconds, permissions: ['claims:read'] }),
    claims({ sub: 'jobs', client_id: 'jobs', scope: 'context:read' }),
    claims({ nonce: 'n', scope: '', typ: 'Bearer', token_use: 'access' }),
    claims({ exp: nowSeconds - 60 }),
    claims({ sub: 'other', exp: nowSeconds - 3600, iat: nowSeconds - 7200 }),
  ];
}

beforeAll(async () => {
  material = await createMaterial();
  verifier = new TokenVerifier({
    ...material.issuer.verifierOptions,
    algorithms: ['RS256', 'ES256'],
    now: () => NOW_MS,
  });
});
afterAll(() => material.issuer.close());

describe.each(['RS256', 'ES256'] as const)('%s', (algorithm) => {
  let key: SigningKeyPair;
  let world: World;
  let good: Map<string, Outcome>;

  beforeAll(async () => {
    key = algorithm === 'RS256' ? material.rsa : material.ec;
    const { issuer, audience } = material.issuer;
    world = { alg: algorithm, kid: key.kid, iss: issuer, aud: audience, nowSeconds: material.nowSeconds };
    good = new Map();
    for (const [index, claims] of goodClaims(material).entries()) {
      const header = { alg: algorithm, kid: key.kid, typ: index % 2 === 0 ? 'JWT' : 'at+jwt' };
      good.set(signToken(key, claims, header), judge(Object.entries(header), Object.entries(claims), world));
    }
    for (const [token, outcome] of good) await expectOutcome(token, outcome);
    expect(new Set(good.values())).toEqual(new Set(['accepted', 'token.expired']));
  });

  test(`of ${RUNS.changed} changed tokens none is accepted, each is refused as not valid`, async () => {
    const tokens = [...good.keys()];
    await fc.assert(
      fc.asyncProperty(fc.nat(tokens.length - 1), tokenMutation(writeMembers), async (index, mutate) => {
        const mutant = mutate(tokens[index] ?? '', tokens);
        // A change may change nothing, and parts of one token may make another one whole.
        await expectOutcome(mutant, good.get(mutant) ?? 'token.invalid');
      }),
      { numRuns: RUNS.changed },
    );
  }, TIMEOUT_MS);

  test(`of ${RUNS.signedAnew[algorithm]} changed tokens with a good signature each is what the oracle says`, async () => {
    const header: Members = Object.entries({ alg: algorithm, kid: key.kid, typ: 'JWT' });
    const bodies: Members[] = goodClaims(material).map((claims) => Object.entries(claims));
    const changes = fc.array(membersMutation, { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(fc.nat(bodies.length - 1), fc.nat(3), changes, async (index, target, mutations) => {
        const change = (members: Members): Members => mutations.reduce((changed, mutate) => mutate(changed), members);
        const head = target === 0 ? change(header) : header;
        const body = target === 0 ? bodies[index]! : change(bodies[index]!);
        const text = [head, body].map((members) => Buffer.from(writeMembers(members)).toString('base64url')).join('.');
        await expectOutcome(signText(key, text), judge(head, body, world));
      }),
      { numRuns: RUNS.signedAnew[algorithm] },
    );
  }, TIMEOUT_MS);
});

test('in all, a hundred thousand tokens were refused, for either reason', () => {
  expect(seen['token.invalid'] + seen['token.expired']).toBeGreaterThan(100_000);
  expect(seen['token.expired']).toBeGreaterThan(1_000);
  expect(seen.accepted).toBeGreaterThan(1_000);
});
