import { setTimeout as sleep } from 'node:timers/promises';
import { AuthError, createAuthClient, requireApproved, type AuthClient, type AuthClientOptions } from '@sa-platform/auth-client';
import { RedisEvents } from '@sa-platform/auth-client/redis';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SigningKeys } from '../src/modules/impersonation/signing-keys.js';
import { asAdmin, createOrganisation, createPerson, range, type Person } from './arrange.js';
import { EventRecorder } from './event-recorder.js';
import { claimsOf, expectEnded, headerOf, impersonate, tokenFor, whoIs } from './impersonating.js';
import { dumpTables } from './database-dump.js';
import { ADMIN, expectRefused, prismaOf } from './people.js';
import { until } from './poll.js';
import { encode, issuerKey, signRs256, type Json } from './sign-token.js';
import { TestApp, type Answer } from './test-app.js';
import { engine, redisUrl } from './test-database.js';

const MINUTE_MS = 60_000;
const AUDIENCE = 'https://user-management.local';
const JWKS = '.well-known/jwks.json';

describe('a token of impersonation', () => {
  let app: TestApp;
  let biller: Person;
  let tenantAdmin: Person;
  let member: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    const organisation = await createOrganisation(app);
    biller = await createPerson(app, [{ organisation_id: 'texas', role_key: 'BILLER' }]);
    tenantAdmin = await createPerson(app, [{ organisation_id: organisation, role_key: 'TENANT_ADMIN' }]);
    member = await createPerson(app, [{ organisation_id: organisation, role_key: 'READONLY' }]);
  });
  afterAll(() => app.stop());

  const keys = (): SigningKeys => app.nest.get(SigningKeys);
  const published = async (): Promise<string[]> => {
    const { body } = await app.request('GET', JWKS);
    return body.keys.map(({ kid }: { kid: string }) => kid);
  };
  const subjectOf = async (who: string): Promise<unknown> => claimsOf(await app.token(who))['sub'];
  const me = (token: string): Promise<Answer> => app.request('GET', 'users/me', { token });

  // First, because a key that nobody knows is looked up every 30 s at most. PGlite has no replicas.
  (engine === 'pglite' ? it.skip : it)('outlives the replica that signed it', async () => {
    const other = await TestApp.start({ PUBLIC_URL: app.url }, app.database);
    const token = await tokenFor(other, biller.id);
    await other.stop();
    expect(await published()).toContain(headerOf(token)['kid']);
    expect(await whoIs(token, app)).toEqual([biller.id]);
    await asAdmin(app, 'DELETE', `admin/users/${biller.id}/impersonation`);
    await expectEnded(token, app);
  });

  it('names the user, who acts, the session, and its end within 15 minutes, signed by a key that is published', async () => {
    const token = await tokenFor(app, biller.id);
    const { iat, exp, jti, ...claims } = claimsOf(token);
    expect(claims).toEqual({
      ...{ iss: `${app.url}/v1/user-management`, aud: AUDIENCE, sub: await subjectOf(biller.email), client_id: 'user-management' },
      act: { sub: await subjectOf(ADMIN), user_id: await app.idOf(ADMIN) },
    });
    expect(Number(exp) - Number(iat)).toBe(900);
    expect(await prismaOf(app).impersonation.findUnique({ where: { id: String(jti) } })).toMatchObject({ userId: biller.id, reason: 'Ticket 4711' });
    expect(headerOf(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(await published()).toContain(headerOf(token)['kid']);
  });

  it('has keys that anybody may read, for a while, and that hold nothing secret', async () => {
    const { status, headers, body } = await app.request('GET', JWKS);
    expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=10']);
    for (const key of body.keys) {
      expect(key).toEqual({ kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String), kid: expect.any(String), alg: 'ES256', use: 'sig' });
    }
  });

  it('stands nowhere in the database, under an Idempotency-Key either; a repeated answer does without', async () => {
    const headers = { 'idempotency-key': 'impersonation-1' };
    const [first, again] = [await impersonate(app, biller.id, ADMIN, headers), await impersonate(app, biller.id, ADMIN, headers)];
    const { access_token: token, ...rest } = first.body;
    expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([201, 'true', rest]);
    const dump = await dumpTables(app);
    expect(dump).toContain(rest.impersonation_id);
    for (const part of String(token).split('.').slice(1)) expect(dump).not.toContain(part);
    expect(dump).not.toContain('"d":');
    expect(await whoIs(String(token), app)).toEqual([biller.id]);
  });

  it('that was tampered with is refused', async () => {
    const token = await tokenFor(app, biller.id);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = claimsOf(token);
    const act = claims['act'] as Json;
    const payloads: Json[] = [
      { ...claims, sub: await subjectOf(ADMIN) },
      { ...claims, act: { ...act, sub: 'somebody' } },
      { ...claims, act: { ...act, user_id: biller.id } },
      { ...claims, act: undefined },
      { ...claims, jti: 'another' },
      { ...claims, exp: Number(claims['exp']) + 900 },
      { ...claims, aud: 'another' },
      { ...claims, iss: `${app.url}/mock-idp` },
    ];
    const headers: Json[] = [
      ...['none', 'HS256', 'RS256', 'ES384'].map((alg) => ({ ...headerOf(token), alg })),
      ...[issuerKey(app).kid, 'unknown', undefined].map((kid) => ({ ...headerOf(token), kid })),
      { ...headerOf(token), typ: 'JWT' },
    ];
    const forged = [
      ...payloads.map((changed) => [header, encode(changed), signature].join('.')),
      ...headers.map((changed) => [encode(changed), payload, signature].join('.')),
      ...['', signature.slice(0, -2), signature.split('').reverse().join('')].map((changed) => [header, payload, changed].join('.')),
    ];
    for (const each of forged) expectRefused(await me(each), 'token.invalid');
    expect((await me(token)).status).toBe(200);
  });

  it('is nothing that the identity provider can sign, nor are its tokens ours to sign', async () => {
    const { key, kid } = issuerKey(app);
    const ours = claimsOf(await tokenFor(app, biller.id));
    const providers = claimsOf(await app.token(biller.email));
    for (const name of [kid, ...(await published())]) {
      expectRefused(await me(signRs256({ alg: 'RS256', typ: 'at+jwt', kid: name }, ours, key)), 'token.invalid');
    }
    expectRefused(await me(await keys().sign(providers)), 'token.invalid');
    expectRefused(await me(await keys().sign({ ...ours, iss: providers['iss'] })), 'token.invalid');
  });

  it('is none by an act claim of the identity provider', async () => {
    const { key, kid } = issuerKey(app);
    const claims = { ...claimsOf(await app.token(biller.email)), act: { sub: await subjectOf(ADMIN), user_id: await app.idOf(ADMIN) } };
    const token = signRs256({ alg: 'RS256', typ: 'at+jwt', kid }, claims, key);
    const renamed = await app.request('PATCH', 'users/me', { token, json: { display_name: 'Renamed in person' } });
    expect([renamed.status, renamed.body.id]).toEqual([200, biller.id]);
  });

  it('with a good signature counts only for the session, the user and the admin that the database has', async () => {
    const claims = claimsOf(await tokenFor(app, biller.id));
    const act = claims['act'] as Json;
    expect(await whoIs(await keys().sign(claims), app)).toEqual([biller.id]);
    const strangers: Json[] = [
      { sub: await subjectOf(tenantAdmin.email) },
      { sub: 'auth0|nobody' },
      { act: { ...act, user_id: tenantAdmin.id } },
      { act: { ...act, sub: await subjectOf(tenantAdmin.email) } },
      { jti: 'no-such-session' },
      { jti: claimsOf(await tokenFor(app, member.id))['jti'] },
    ];
    for (const changes of strangers) await expectEnded(await keys().sign({ ...claims, ...changes }), app);
    expect(await prismaOf(app).user.count({ where: { externalId: 'auth0|nobody' } })).toBe(0);
    const past = { iat: Number(claims['iat']) - 1_000, exp: Number(claims['iat']) - 100 };
    expectRefused(await me(await keys().sign({ ...claims, ...past })), 'token.expired');
  });

  describe('in which somebody acts as a tenant’s administrator', () => {
    it('leaves the own account of the user alone', async () => {
      const token = await tokenFor(app, tenantAdmin.id);
      const own = `admin/users/${tenantAdmin.id}`;
      const refused: [method: string, path: string, json?: object][] = [
        ['PATCH', 'users/me', { phone: '+44 1234' }],
        ['PATCH', own, { phone: '+44 1234' }],
        ['POST', `${own}/reset-password`, { delivery: 'temporary_password' }],
        ['POST', `${own}/reset-password`],
        ['POST', `${own}/resend-invitation`],
        ['POST', `${own}/revoke-sessions`],
        ['POST', `${own}/identity/sync`],
        ['POST', `${own}/erase`],
        ['DELETE', own],
      ];
      for (const [method, path, json] of refused) {
        expectRefused(await app.request(method, path, { token, json }), 'impersonation.forbidden');
      }
      const file = { raw: 'email\nsomebody@example.com\n', headers: { 'content-type': 'text/csv' } };
      expectRefused(await app.request('POST', 'admin/users/import', { token, ...file }), 'impersonation.forbidden');
      const inPerson = await app.token(tenantAdmin.email);
      expect((await app.request('PATCH', own, { token: inPerson, json: { phone: '+44 1234' } })).status).toBe(200);
    });

    it('changes others in both names', async () => {
      const token = await tokenFor(app, tenantAdmin.id);
      const recorder = new EventRecorder(app);
      const rename = (display_name: string, bearer: string) => () =>
        app.request('PATCH', `admin/users/${member.id}`, { token: bearer, json: { display_name } });
      const [acted] = await recorder.during(rename('By the admin', token));
      const [inPerson] = await recorder.during(rename('In person', await app.token(tenantAdmin.email)));
      expect(acted?.actor).toEqual({ type: 'user', id: tenantAdmin.id, impersonator_id: await app.idOf(ADMIN) });
      expect(inPerson?.actor).toEqual({ type: 'user', id: tenantAdmin.id });
    });

    it('has Idempotency-Keys of its own', async () => {
      const headers = { 'idempotency-key': 'shared-1' };
      const path = `admin/users/${member.id}/reset-password`;
      const ask = async (token: string) => {
        const { status, body, headers: answered } = await app.request('POST', path, { token, headers, json: { delivery: 'temporary_password' } });
        return [status, typeof body.temporary_password, answered.get('idempotency-replayed')];
      };
      const token = await tokenFor(app, tenantAdmin.id);
      expect(await ask(token)).toEqual([200, 'string', null]);
      expect(await ask(await app.token(tenantAdmin.email))).toEqual([200, 'string', null]);
      expect(await ask(token)).toEqual([200, 'undefined', 'true']);
    });
  });

  describe('its keys', () => {
    it('take turns: each is published before it signs, and until nothing that it signed is valid', async () => {
      const claims = claimsOf(await tokenFor(app, biller.id));
      const kidAt = async (ms: number) => headerOf(await keys().sign(claims, ms))['kid'];
      const now = Date.now();
      const first = await kidAt(now);
      expect(await kidAt(now + 51 * MINUTE_MS)).toBe(first);
      const second = (await published()).at(-1);
      expect(second).not.toBe(first);
      expect(await kidAt(now + 61 * MINUTE_MS)).toBe(second);
      expect(await published()).toEqual(expect.arrayContaining([first, second]));
      await prismaOf(app).signingKey.update({ where: { kid: String(first) }, data: { expiresAt: new Date() } });
      expect(await published()).not.toContain(first);
    });
  });
});

describe('a sibling service', () => {
  let app: TestApp;
  let biller: Person;
  const siblings: AuthClient[] = [];
  beforeAll(async () => {
    app = await TestApp.start(redisUrl === null ? {} : { REDIS_URL: redisUrl });
    biller = await createPerson(app, [{ organisation_id: 'texas', role_key: 'BILLER' }]);
  });
  afterAll(async () => {
    for (const sibling of siblings) await sibling.close();
    await app.stop();
  });

  async function startSibling(isTold: boolean, more: Partial<AuthClientOptions> = {}): Promise<AuthClient> {
    const issuer = `${app.url}/v1/user-management`;
    const impersonation = { issuer, jwksUri: `${issuer}/${JWKS}` };
    const provider = { provider: 'oidc', issuer: `${app.url}/mock-idp`, audience: AUDIENCE, jwksUri: `${app.url}/mock-idp/jwks` } as const;
    const sibling = createAuthClient({ verifier: { ...provider, ...(isTold ? { impersonation } : {}) }, userManagementUrl: app.url, ...more });
    siblings.push(sibling);
    await sibling.start();
    return sibling;
  }
  async function decide(sibling: AuthClient, token: string): Promise<unknown> {
    try {
      const { caller } = await sibling.authorize({ authorization: `Bearer ${token}` }, [requireApproved()]);
      return caller;
    } catch (error) {
      return error instanceof AuthError ? error.code : error;
    }
  }

  it('that was not told refuses it; one that was told knows both names, and hears of its end within two seconds', async () => {
    const token = await tokenFor(app, biller.id);
    expect(await decide(await startSibling(false), token)).toBe('token.invalid');
    const sibling = await startSibling(true);
    const { act, jti } = claimsOf(token) as { act: { sub: string; user_id: string }; jti: string };
    expect(await decide(sibling, token)).toMatchObject({
      principal: { impersonation: { id: jti, actor: { subject: act.sub, userId: act.user_id } } },
      context: { user_id: biller.id },
    });
    expect(await decide(sibling, await app.token(biller.email))).toMatchObject({ context: { user_id: biller.id } });
    await asAdmin(app, 'DELETE', `admin/users/${biller.id}/impersonation`);
    await until(() => decide(sibling, token), (decision) => decision === 'impersonation.ended');
    expect(await decide(sibling, await app.token(biller.email))).toMatchObject({ context: { user_id: biller.id } });
  });

  (redisUrl === null ? it.skip : it)('with events hears at once of its end, and of what becomes of the admin', async () => {
    const sibling = await startSibling(true, { events: new RedisEvents({ url: redisUrl ?? '' }) });
    const admin = await createPerson(app, [], { user_type: 'admin' });
    // After a heartbeat or two contexts are believed for a minute.
    await sleep(1_500);
    for (const round of range(2)) {
      const token = await tokenFor(app, biller.id, admin.email);
      await until(() => decide(sibling, token), (decision) => typeof decision === 'object');
      if (round === 0) await asAdmin(app, 'DELETE', `admin/users/${biller.id}/impersonation`);
      else await asAdmin(app, 'PATCH', `admin/users/${admin.id}`, { status: 'suspended' });
      await until(() => decide(sibling, token), (decision) => decision === 'impersonation.ended');
    }
  });
});
