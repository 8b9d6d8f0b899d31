import fc from 'fast-check';
import { membersMutation, tokenMutation } from '../../test/token-mutations.js';
import { judge, judgeImpersonation, writeMembers, type Members, type Outcome, type World } from '../../test/token-oracle.js';
import { createMaterial, NOW_MS, type Material } from '../../test/vectors/index.js';
import type { AuthError } from '../auth-error.js';
import { signToken, startTestIssuer, type SigningKeyPair, type TestIssuer } from '../testing/index.js';
import { signText } from '../testing/signing-key-pair.js';
import { TokenVerifier } from './token-verifier.js';

/** `TOKEN_MUTATIONS=all` for more than a hundred thousand; every run has others. */
const SHARE = process.env.TOKEN_MUTATIONS === 'all' ? 1 : 0.2;
const RUNS = {
  changed: { RS256: 50_000 * SHARE, ES256: 50_000 * SHARE, impersonation: 10_000 * SHARE },
  signedAnew: { RS256: 4_000 * SHARE, ES256: 16_000 * SHARE, impersonation: 8_000 * SHARE },
};
/** All of them take some 15 s on one core that does nothing else. */
const TIMEOUT_MS = 180_000;

let material: Material;
/** Signs as user-management does, for those who act as somebody else. */
let users: TestIssuer;
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

/** Good tokens in which somebody acts, and one that expired this second. */
function goodImpersonations({ nowSeconds }: Material): Record<string, unknown>[] {
  const act = { sub: 'auth0|admin', user_id: '0197-admin' };
  const whole = { iss: users.issuer, aud: users.audience, sub: 'auth0|ann', act, jti: '0197-session', iat: nowSeconds, exp: nowSeconds + 900 };
  return [
    whole,
    { ...whole, client_id: 'user-management', exp: nowSeconds + 1 },
    { ...whole, aud: ['other', users.audience], act: { ...act, iss: 'https://issuer.example.com' }, scope: 'context:read' },
    { ...whole, iat: nowSeconds - 900, exp: nowSeconds },
  ];
}

beforeAll(async () => {
  material = await createMaterial();
  users = await startTestIssuer({ algorithm: 'ES256' });
  verifier = new TokenVerifier({
    ...material.issuer.verifierOptions,
    algorithms: ['RS256', 'ES256'],
    impersonation: { issuer: users.issuer, jwksUri: users.jwksUri },
    now: () => NOW_MS,
  });
});
afterAll(() => Promise.all([material.issuer.close(), users.close()]));

describe.each(['RS256', 'ES256', 'impersonation'] as const)('%s', (kind) => {
  const isImpersonation = kind === 'impersonation';
  const algorithm = isImpersonation ? 'ES256' : kind;
  const types = isImpersonation ? ['at+jwt', 'application/at+jwt'] : ['JWT', 'at+jwt'];
  const judgeToken = isImpersonation ? judgeImpersonation : judge;
  const claimsOf = isImpersonation ? goodImpersonations : goodClaims;
  let key: SigningKeyPair;
  let world: World;
  let good: Map<string, Outcome>;

  beforeAll(async () => {
    key = isImpersonation ? users.key : algorithm === 'RS256' ? material.rsa : material.ec;
    const { issuer, audience } = isImpersonation ? users : material.issuer;
    const toleranceSeconds = isImpersonation ? 0 : 5;
    world = { alg: algorithm, kid: key.kid, iss: issuer, aud: audience, nowSeconds: material.nowSeconds, toleranceSeconds };
    good = new Map();
    for (const [index, claims] of claimsOf(material).entries()) {
      const header = { alg: algorithm, kid: key.kid, typ: types[index % 2] };
      good.set(signToken(key, claims, header), judgeToken(Object.entries(header), Object.entries(claims), world));
    }
    for (const [token, outcome] of good) await expectOutcome(token, outcome);
    expect(new Set(good.values())).toEqual(new Set(['accepted', 'token.expired']));
  });

  test(`of ${RUNS.changed[kind]} changed tokens none is accepted, each is refused as not valid`, async () => {
    const tokens = [...good.keys()];
    await fc.assert(
      fc.asyncProperty(fc.nat(tokens.length - 1), tokenMutation(writeMembers), async (index, mutate) => {
        const mutant = mutate(tokens[index] ?? '', tokens);
        // A change may change nothing, and parts of one token may make another one whole.
        await expectOutcome(mutant, good.get(mutant) ?? 'token.invalid');
      }),
      { numRuns: RUNS.changed[kind] },
    );
  }, TIMEOUT_MS);

  test(`of ${RUNS.signedAnew[kind]} changed tokens with a good signature each is what the oracle says`, async () => {
    const header: Members = Object.entries({ alg: algorithm, kid: key.kid, typ: types[0] });
    const bodies: Members[] = claimsOf(material).map((claims) => Object.entries(claims));
    const changes = fc.array(membersMutation, { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(fc.nat(bodies.length - 1), fc.nat(3), changes, async (index, target, mutations) => {
        const change = (members: Members): Members => mutations.reduce((changed, mutate) => mutate(changed), members);
        const head = target === 0 ? change(header) : header;
        const body = target === 0 ? bodies[index]! : change(bodies[index]!);
        const text = [head, body].map((members) => Buffer.from(writeMembers(members)).toString('base64url')).join('.');
        await expectOutcome(signText(key, text), judgeToken(head, body, world));
      }),
      { numRuns: RUNS.signedAnew[kind] },
    );
  }, TIMEOUT_MS);
});

test(`in all, ${100_000 * SHARE} tokens were refused, for either reason`, () => {
  expect(seen['token.invalid'] + seen['token.expired']).toBeGreaterThan(100_000 * SHARE);
  expect(seen['token.expired']).toBeGreaterThan(1_000 * SHARE);
  expect(seen.accepted).toBeGreaterThan(1_000 * SHARE);
});
