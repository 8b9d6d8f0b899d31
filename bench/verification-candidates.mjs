// What bench/verification.mjs compares. Every candidate takes the next token of one list at each call and throws unless it
// accepts it: a refusal is fast, and would look like a success.
import { hash, verify } from 'node:crypto';
import { createAuthClient, requirePermissions, TokenVerifier } from '@sa-platform/auth-client';
import { buildContext, buildMembership, startFakeUserManagement, startTestIssuer } from '@sa-platform/auth-client/testing';
import { passportJwtSecret } from 'jwks-rsa';
import { ExtractJwt, Strategy } from 'passport-jwt';

/** @typedef {'cold floor' | 'cold' | 'warm floor' | 'warm' | 'authorize' | 'passport-jwt'} CandidateName */

const DESCRIPTION = {
  'cold floor': '`crypto.verify` with a KeyObject, split, two JSON.parse, exp, iss and aud',
  cold: '`TokenVerifier.verify` of a token that it does not remember',
  'warm floor': '`crypto.hash` of the token and Map.get',
  warm: '`TokenVerifier.verify` of a token that it remembers',
  authorize: '`AuthClient.authorize` of a request, token and context remembered, one permission asked for',
  'passport-jwt': 'passport-jwt with jwks-rsa as its README has it',
};

/**
 * @param {number} count how many different tokens
 * @returns {Promise<{ candidates: Record<CandidateName, () => unknown>, description: Record<CandidateName, string>, close: () => Promise<void> }>}
 */
export async function createCandidates(count) {
  const issuer = await startTestIssuer();
  const tokens = Array.from({ length: count }, (_, index) => issueLikeAuth0(issuer, subjectOf(index)));
  const headers = tokens.map((token) => `Bearer ${token}`);
  const { authorize, stop } = await startClient(issuer, count);
  const candidates = {
    'cold floor': takeTurns(tokens, verifyByHand(issuer)),
    // The memory holds half of the tokens, the oldest goes first: none is met again, and remembering is part of the cost.
    cold: takeTurns(tokens, verifyWith(issuer, count / 2)),
    'warm floor': takeTurns(tokens, findByDigest(tokens)),
    warm: takeTurns(tokens, verifyWith(issuer, count)),
    authorize: takeTurns(headers, authorize),
    'passport-jwt': takeTurns(headers, authenticateWithPassport(issuer)),
  };
  // Once each before the measurement: the keys are fetched, every token and context is remembered.
  for (const operate of Object.values(candidates)) for (let turn = 0; turn < count; turn += 1) await operate();
  const close = async () => {
    await stop();
    await issuer.close();
  };
  return { candidates, description: DESCRIPTION, close };
}

/** @typedef {import('@sa-platform/auth-client/testing').TestIssuer} TestIssuer */

/** @param {number} index */
function subjectOf(index) {
  return `auth0|${String(index).padStart(24, '0')}`;
}

/** The claims of a usual access token. @param {TestIssuer} issuer @param {string} sub */
function issueLikeAuth0(issuer, sub) {
  return issuer.issue({
    sub,
    aud: [issuer.audience, `${issuer.issuer}/userinfo`],
    azp: 'my_client_id_of_32_characters_00',
    exp: Math.floor(Date.now() / 1000) + 86_400,
    scope: 'openid profile email',
  });
}

/** @param {string[]} texts @param {(text: string) => unknown} operate */
function takeTurns(texts, operate) {
  let turn = 0;
  return () => {
    turn = turn + 1 < texts.length ? turn + 1 : 0;
    return operate(String(texts[turn]));
  };
}

/** @param {TestIssuer} issuer */
function verifyByHand({ key: { publicKey }, issuer, audience }) {
  return (/** @type {string} */ token) => {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const isSigned = verify('sha256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'));
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const isGood = claims.exp * 1000 > Date.now() && claims.iss === issuer && claims.aud.includes(audience);
    if (alg !== 'RS256' || !isSigned || !isGood) throw new Error('the token is not good');
    return claims;
  };
}

/** @param {TestIssuer} issuer @param {number} maxCachedTokens */
function verifyWith(issuer, maxCachedTokens) {
  const verifier = new TokenVerifier({ ...issuer.verifierOptions, maxCachedTokens });
  return (/** @type {string} */ token) => verifier.verify(token);
}

/** A client of a user-management that knows every user, with events. @param {TestIssuer} issuer @param {number} count */
async function startClient(issuer, count) {
  const users = await startFakeUserManagement();
  for (let index = 0; index < count; index += 1) {
    const membership = buildMembership({ permissions: ['claims:read', 'claims:write'] });
    users.setContext(subjectOf(index), buildContext({ user_id: `user-${index}`, memberships: [membership] }));
  }
  const client = createAuthClient({
    verifier: issuer.verifierOptions,
    userManagementUrl: users.baseUrl,
    events: users.connectEvents(),
  });
  await client.start();
  const rules = [requirePermissions('claims:read')];
  const stop = async () => {
    await client.close();
    await users.close();
  };
  return { authorize: (/** @type {string} */ authorization) => client.authorize({ authorization }, rules), stop };
}

/** @param {string[]} tokens */
function findByDigest(tokens) {
  const encoding = fastestEncoding(tokens);
  const verified = new Map(tokens.map((token) => [hash('sha256', token, encoding), { token }]));
  return (/** @type {string} */ token) => {
    if (!verified.get(hash('sha256', token, encoding))) throw new Error('the token is not remembered');
  };
}

/** @param {string[]} tokens @returns {'hex' | 'base64' | 'base64url' | 'binary'} */
function fastestEncoding(tokens) {
  const measured = /** @type {const} */ (['hex', 'base64', 'base64url', 'binary']).map((encoding) => {
    const durationsMs = Array.from({ length: 20 }, () => {
      const start = performance.now();
      for (const token of tokens) hash('sha256', token, encoding);
      return performance.now() - start;
    });
    return { encoding, durationMs: Math.min(...durationsMs) };
  });
  measured.sort((a, b) => a.durationMs - b.durationMs);
  return measured[0]?.encoding ?? 'hex';
}

/** The strategy as the README of jwks-rsa sets it up, run once per request as passport does. @param {TestIssuer} issuer */
function authenticateWithPassport({ jwksUri, audience, issuer }) {
  const strategy = new Strategy(
    {
      secretOrKeyProvider: passportJwtSecret({ cache: true, rateLimit: true, jwksRequestsPerMinute: 5, jwksUri }),
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      audience,
      issuer,
      algorithms: ['RS256'],
    },
    (/** @type {object} */ claims, /** @type {(error: null, user: object) => void} */ done) => done(null, claims),
  );
  return (/** @type {string} */ authorization) =>
    new Promise((resolve, reject) => {
      // passport makes such an object of the strategy for each request.
      const attempt = Object.assign(Object.create(strategy), { success: resolve, fail: reject, error: reject });
      attempt.authenticate({ headers: { authorization } });
    });
}
