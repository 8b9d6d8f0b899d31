import { buildContext, buildMembership, startTestIssuer } from '../src/testing/index.js';
import { mississippi, texas, type Ask, type GuardedApp } from './guarded-app.js';

/** What holds behind every adapter, whichever way its routes declare their rules. */
export function describeGuard(app: GuardedApp): void {
  describe('who is let in', () => {
    test('a public route asks nobody, not even about a bad token', async () => {
      expect(await app.ask('public', { token: null })).toMatchObject({ status: 200 });
      expect(await app.ask('public', { token: 'nonsense' })).toMatchObject({ status: 200 });
      expect(await app.ask('open/door', { token: null })).toMatchObject({ status: 200 });
      expect(await app.ask('admin/public', { token: null })).toMatchObject({ status: 200 });
    });

    test('a rule on a route closes it in an open area', async () => {
      expect(await app.ask('open/closed', { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
      expect(await app.ask('open/closed')).toMatchObject({ status: 200 });
    });

    test('rules of an area hold for its routes, together with their own', async () => {
      expect(await app.ask('admin/undeclared')).toMatchObject({ status: 403, code: 'access.denied' });
      expect(await app.ask('admin/claims')).toMatchObject({ status: 403, code: 'access.denied' });
      app.give({ user_type: 'admin' });
      expect(await app.ask('admin/undeclared')).toMatchObject({ status: 200 });
      expect(await app.ask('admin/claims')).toMatchObject({ status: 403, code: 'access.denied' });
      app.give({ user_type: 'admin', memberships: [texas] });
      expect(await app.ask('admin/claims')).toMatchObject({ status: 200 });
    });

    test('two rules on one route both count', async () => {
      expect(await app.ask('both')).toMatchObject({ status: 403 });
      app.give({ user_type: 'clinician' });
      expect(await app.ask('both')).toMatchObject({ status: 403 });
      app.give({ user_type: 'clinician', memberships: [texas] });
      expect(await app.ask('both')).toMatchObject({ status: 200 });
    });

    test.each(['any-permission', 'role', 'any-role', 'product'])('%s admits the member and nobody else', async (path) => {
      expect(await app.ask(path)).toMatchObject({ status: 200 });
      const service = app.issuer.issueForService('jobs', ['claims:read']);
      expect(await app.ask(path, { token: service })).toMatchObject({ status: 403 });
      app.give({ memberships: [buildMembership({ role: { id: 'r', key: 'ANALYST', name: 'Analyst' } })] });
      expect(await app.ask(path)).toMatchObject({ status: 403, code: 'access.denied' });
    });

    test.each(['pending', 'suspended', 'deactivated'] as const)('a %s user is admitted only by a rule that says so', async (status) => {
      app.give({ status, memberships: [texas] });
      expect(await app.ask('approved')).toMatchObject({ status: 403, code: 'user.not_active' });
      expect(await app.ask('claims')).toMatchObject({ status: 403, code: 'user.not_active' });
      expect(await app.ask('me')).toMatchObject({ status: 200, body: { status } });
    });

    test('a rule of our own that forgets the status does not admit a pending user', async () => {
      app.give({ status: 'pending' });
      expect(await app.ask('forgetful')).toMatchObject({ status: 403, code: 'user.not_active' });
      app.give({ status: 'active' });
      expect(await app.ask('forgetful')).toMatchObject({ status: 200 });
    });

    test('a service passes by its scope, without asking for a context', async () => {
      const before = app.users.contextRequests;
      const token = app.issuer.issueForService('jobs', ['context:read']);
      expect(await app.ask('service', { token })).toMatchObject({ status: 200, body: { type: 'service' } });
      expect(await app.ask('service', { token: app.issuer.issueForService('jobs') })).toMatchObject({ status: 403 });
      expect(await app.ask('service-user', { token })).toMatchObject({ status: 403, code: 'access.denied' });
      expect(app.users.contextRequests).toBe(before);
      expect(await app.ask('service', { token: app.issuer.issue({ scope: 'context:read' }) })).toMatchObject({ status: 403 });
    });

    test('an unknown user is refused, and everybody while user-management fails', async () => {
      const stranger = app.issuer.issue({ sub: 'stranger' });
      expect(await app.ask('approved', { token: stranger })).toMatchObject({ status: 403, code: 'user.unknown' });
      app.users.setBehaviour('fail');
      expect(await app.ask('approved')).toMatchObject({ status: 503, code: 'context.unavailable' });
    });
  });

  describeOrganisation(app);
  describeToken(app);

  test('a refusal is problem+json with a challenge on 401', async () => {
    const missing = await app.ask('approved', { token: null });
    expect(missing.headers.get('www-authenticate')).toBe('Bearer');
    expect(missing.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(missing.body).toEqual({
      type: 'urn:sa-platform:problem:token.missing',
      title: 'A bearer token is required',
      status: 401,
      detail: 'A bearer token is required',
      code: 'token.missing',
      request_id: expect.stringMatching(/./),
    });
    const invalid = await app.ask('approved', { token: 'nonsense' });
    expect(invalid.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    const denied = await app.ask('service');
    expect(denied.headers.get('www-authenticate')).toBeNull();
    expect(denied.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
}

function describeOrganisation(app: GuardedApp): void {
  describe('the organisation', () => {
    const two = { memberships: [texas, mississippi] };
    const header = (id: string): Ask => ({ headers: { 'x-organisation-id': id } });

    test('comes from the route, the header or the only membership', async () => {
      expect(await app.ask('claims')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
      app.give(two);
      expect(await app.ask('claims', header('texas'))).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
      expect(await app.ask('organisations/texas/claims')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    });

    test('of another membership, or nobody’s, gives nothing', async () => {
      app.give(two);
      const denied = { status: 403, code: 'access.denied' };
      expect(await app.ask('claims', header('mississippi'))).toMatchObject(denied);
      expect(await app.ask('organisations/mississippi/claims')).toMatchObject(denied);
      expect(await app.ask('claims', header('ohio'))).toMatchObject(denied);
      expect(await app.ask('organisations/texas/claims', header('mississippi'))).toMatchObject(denied);
    });

    test('must be named by a member of several', async () => {
      app.give(two);
      expect(await app.ask('claims')).toMatchObject({ status: 403, code: 'access.organisation_required' });
      expect(await app.ask('tenant')).toMatchObject({ status: 403, code: 'access.organisation_required' });
    });

    test('is never read from body or query', async () => {
      app.give(two);
      const body = JSON.stringify({ organisationId: 'texas', organisation_id: 'texas' });
      const headers = { 'content-type': 'application/json' };
      const refused = { status: 403, code: 'access.organisation_required' };
      expect(await app.ask('claims', { method: 'POST', body, headers })).toMatchObject(refused);
      expect(await app.ask('claims?organisationId=texas&organisation_id=texas')).toMatchObject(refused);
    });

    test('is handed to a handler only when the caller may act there', async () => {
      app.give(two);
      expect(await app.ask('tenant', header('mississippi'))).toMatchObject({ status: 200 });
      expect(await app.ask('tenant', header('ohio'))).toMatchObject({ status: 403, code: 'access.denied' });
      app.give({ permissions: ['claims:read'] });
      expect(await app.ask('claims', header('ohio'))).toMatchObject({ status: 200, body: { organisationId: 'ohio' } });
      app.give({ user_type: 'admin', is_platform_admin: true });
      expect(await app.ask('tenant', header('ohio'))).toMatchObject({ status: 200 });
    });
  });
}

function describeToken(app: GuardedApp): void {
  describe('the token', () => {
    test.each([
      ['another scheme', { authorization: 'Basic YTpi' }, 'token.missing'],
      ['no token after the scheme', { authorization: 'Bearer ' }, 'token.missing'],
      ['two tokens', { authorization: 'Bearer a b' }, 'token.invalid'],
      ['nonsense', { authorization: 'Bearer nonsense' }, 'token.invalid'],
    ])('%s is 401', async (_name, headers, code) => {
      expect(await app.ask('approved', { token: null, headers })).toMatchObject({ status: 401, code });
    });

    test('is refused for each of its faults', async () => {
      const { issuer } = app;
      const stranger = await startTestIssuer();
      const nowSeconds = Math.floor(Date.now() / 1000);
      const refused = [
        [issuer.issue({ exp: nowSeconds - 10 }), 'token.expired'],
        [issuer.issue({ exp: undefined }), 'token.invalid'],
        [issuer.issue({ nbf: nowSeconds + 60 }), 'token.invalid'],
        [issuer.issue({ aud: 'other' }), 'token.invalid'],
        [issuer.issue({ iss: 'https://other.example.com' }), 'token.invalid'],
        [issuer.issue({ nonce: 'n' }), 'token.invalid'],
        [issuer.issue({}, { alg: 'none' }), 'token.invalid'],
        [issuer.issue({}, { alg: 'HS256' }), 'token.invalid'],
        [issuer.issue({}, { kid: undefined }), 'token.invalid'],
        [issuer.issue({}, { crit: ['exp'] }), 'token.invalid'],
        [stranger.issue({ iss: issuer.issuer }, { kid: issuer.key.kid }), 'token.invalid'],
        [`${issuer.issue()}.a.b`, 'token.invalid'],
        [issuer.issue().replace(/[^.]*$/, 'AAAA'), 'token.invalid'],
        // Below the 16 KiB of headers from which on Node itself answers 431.
        [issuer.issue({ padding: 'x'.repeat(9 * 1024) }), 'token.invalid'],
      ] as const;
      await stranger.close();
      for (const [token, code] of refused) expect(await app.ask('approved', { token })).toMatchObject({ status: 401, code });
    });

    test('is refused with the reason that the verifier gives', async () => {
      const { issuer } = app;
      const reasons = [
        [issuer.issue().replace(/[^.]*$/, 'AAAA'), 'The signature of the token is wrong'],
        [issuer.issue({ aud: 'other' }), 'The token was issued for another audience'],
        [issuer.issue({ iss: 'https://other.example.com' }), 'The token was issued by another issuer'],
        [issuer.issue({}, { kid: 'other' }), 'The token was signed with an unknown key'],
        [issuer.issue({ nonce: 'n' }), 'The token is not an access token'],
      ] as const;
      for (const [token, detail] of reasons) expect((await app.ask('approved', { token })).body).toMatchObject({ detail });
    });

    test('counts with any case of the scheme, and not in the query', async () => {
      const token = app.issuer.issue();
      const headers = { authorization: `bearer ${token}` };
      expect(await app.ask('approved', { token: null, headers })).toMatchObject({ status: 200 });
      expect(await app.ask(`approved?access_token=${token}`, { token: null })).toMatchObject({ status: 401 });
    });

    test('makes each of many requests at once the caller it names, cold and warm', async () => {
      const subjects = Array.from({ length: 40 }, (_, index) => `user-${index}`);
      for (const subject of subjects) app.users.setContext(subject, buildContext({ user_id: subject }));
      const tokens = subjects.map((sub) => app.issuer.issue({ sub }));
      for (let round = 0; round < 2; round += 1) {
        const answers = await Promise.all(tokens.map((token) => app.ask('approved', { token })));
        expect(answers.map(({ body }) => body['subject'])).toEqual(subjects);
      }
    });
  });
}
