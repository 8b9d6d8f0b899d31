// What has to hold for a service that is protected with the package, whatever it is made of. Its routes:
// GET /health is public, GET /claims asks for the permission `claims:read`, GET /exports for the scope `claims:export`.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a context is believed without asking again, in milliseconds (`contexts.maxAgeMs`). */
const MAX_AGE_MS = 2_000;
/** How long a request may take. */
const PATIENCE_MS = 20_000;
/** Subjects of tokens. */
const USER = {
  claims: 'claims-reader',
  without: 'without-permission',
  two: 'of-two-organisations',
  suspended: 'suspended',
  outage: 'seen-before-the-outage',
  stranger: 'stranger',
};

/**
 * @typedef {object} Scene
 * @property {string} url of the service
 * @property {any} testing `/testing` of the installed package
 * @property {any} issuer whose tokens the service accepts
 * @property {any} users the user-management that it asks
 */

/** Tells user-management who they are. @param {Scene} scene */
export function arrangePeople({ testing: { buildContext, buildMembership }, users }) {
  const reader = buildMembership({ organisation_id: 'texas', permissions: ['claims:read'] });
  const visitor = buildMembership({ organisation_id: 'mississippi' });
  const tell = (subject, changes) => users.setContext(subject, buildContext({ user_id: `id-of-${subject}`, ...changes }));
  tell(USER.claims, { memberships: [reader] });
  tell(USER.outage, { memberships: [reader] });
  tell(USER.without, { memberships: [visitor] });
  tell(USER.suspended, { status: 'suspended', memberships: [reader] });
  tell(USER.two, { memberships: [reader, visitor] });
}

/** The checks by name, in order: the last one breaks user-management. @type {Record<string, (scene: Scene) => Promise<void>>} */
export const CHECKS = {
  'asks for a token, but not on a public route': async ({ url }) => {
    assert.equal((await fetch(`${url}/health`)).status, 200);
    const answer = await fetch(`${url}/claims`);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    await assertRefused(answer, 401, 'token.missing');
  },
  'lets in who has the permission, and knows who that is': async ({ url, issuer }) => {
    const answer = await get(url, 'claims', issuer.issue({ sub: USER.claims }));
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { user_id: `id-of-${USER.claims}`, organisation_id: 'texas' });
  },
  'refuses who has not': async ({ url, issuer }) =>
    assertRefused(await get(url, 'claims', issuer.issue({ sub: USER.without })), 403, 'access.denied'),
  'refuses an expired token': async ({ url, issuer }) => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const token = issuer.issue({ sub: USER.claims, iat: nowSeconds - 600, exp: nowSeconds - 60 });
    await assertRefused(await get(url, 'claims', token), 401, 'token.expired');
  },
  'refuses a token for another audience': async ({ url, issuer }) => {
    const token = issuer.issue({ sub: USER.claims, aud: 'https://other.example.com' });
    await assertRefused(await get(url, 'claims', token), 401, 'token.invalid');
  },
  'refuses the signature of another issuer, made with a key of the same name': async ({ url, issuer, testing }) => {
    const other = await testing.startTestIssuer();
    await other.close();
    const token = testing.signToken({ ...other.key, kid: issuer.key.kid }, claimsOf(issuer.issue({ sub: USER.claims })));
    await assertRefused(await get(url, 'claims', token), 401, 'token.invalid');
  },
  'refuses alg none, and HS256 with the public key for a secret': async ({ url, issuer, testing: { encodeJson } }) => {
    const claims = encodeJson(claimsOf(issuer.issue({ sub: USER.claims })));
    const unsigned = `${encodeJson({ alg: 'none', kid: issuer.key.kid })}.${claims}`;
    const keyed = `${encodeJson({ alg: 'HS256', kid: issuer.key.kid })}.${claims}`;
    const secrets = [issuer.key.publicKey.export({ type: 'spki', format: 'pem' }), JSON.stringify(issuer.key.jwk)];
    const tokens = secrets.map((secret) => `${keyed}.${createHmac('sha256', secret).update(keyed).digest('base64url')}`);
    for (const token of [`${unsigned}.`, `${unsigned}.c2lnbmF0dXJl`, ...tokens]) {
      await assertRefused(await get(url, 'claims', token), 401, 'token.invalid');
    }
  },
  'refuses a user whom the platform does not know': async ({ url, issuer }) =>
    assertRefused(await get(url, 'claims', issuer.issue({ sub: USER.stranger })), 403, 'user.unknown'),
  'refuses a suspended user': async ({ url, issuer }) =>
    assertRefused(await get(url, 'claims', issuer.issue({ sub: USER.suspended })), 403, 'user.not_active'),
  'asks for the permission in the organisation that the request names': async ({ url, issuer }) => {
    const token = issuer.issue({ sub: USER.two });
    await assertRefused(await get(url, 'claims', token, 'mississippi'), 403, 'access.denied');
    const answer = await get(url, 'claims', token, 'texas');
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { user_id: `id-of-${USER.two}`, organisation_id: 'texas' });
  },
  'lets in a service with the scope, and no user whose token has it': async ({ url, issuer }) => {
    const answer = await get(url, 'exports', issuer.issueForService('billing', ['claims:export']));
    assert.equal(answer.status, 200);
    const token = issuer.issue({ sub: USER.claims, scope: 'claims:export' });
    await assertRefused(await get(url, 'exports', token), 403, 'access.denied');
  },
  'without user-management believes what it knows for its bound, then answers 503': async ({ url, issuer, users }) => {
    const ask = () => get(url, 'claims', issuer.issue({ sub: USER.outage }));
    assert.equal((await ask()).status, 200);
    await users.close();
    const endMs = Date.now() + MAX_AGE_MS;
    assert.equal((await ask()).status, 200);
    while (Date.now() <= endMs) {
      assert.ok([200, 503].includes((await ask()).status));
      await sleep(50);
    }
    for (let i = 0; i < 3; i++) await assertRefused(await ask(), 503, 'context.unavailable');
  },
};

function get(url, path, token, organisationId = null) {
  const organisation = organisationId === null ? {} : { 'x-organisation-id': organisationId };
  const headers = { authorization: `Bearer ${token}`, ...organisation };
  return fetch(`${url}/${path}`, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** @param {Response} answer @param {number} status @param {string} code */
async function assertRefused(answer, status, code) {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json\b/);
  const problem = await answer.json();
  assert.deepEqual([answer.status, problem.status, problem.code], [status, status, code], JSON.stringify(problem));
  assert.match(problem.request_id, /./);
}

function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}
