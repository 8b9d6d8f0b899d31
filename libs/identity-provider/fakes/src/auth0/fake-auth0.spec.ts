import { FAKE_CLIENT_ID, FAKE_CLIENT_SECRET, FAKE_CONNECTION, FAKE_DOMAIN, startFakeAuth0, type FakeAuth0, type FakeAuth0Options } from './index.js';

const PASSWORD = 'Correct-Horse-9';

let auth0: FakeAuth0;
let token: string;

async function start(options: FakeAuth0Options = {}): Promise<void> {
  auth0 = await startFakeAuth0({ rateLimit: { burst: 1_000, perSecond: 1_000 }, ...options });
  token = await getToken();
}

async function getToken(): Promise<string> {
  const { body } = await send('POST', '/oauth/token', {
    grant_type: 'client_credentials',
    client_id: FAKE_CLIENT_ID,
    client_secret: FAKE_CLIENT_SECRET,
    audience: `https://${FAKE_DOMAIN}/api/v2/`,
  });
  return String(body.access_token);
}

async function send(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${auth0.address}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}

const person = (more: object = {}) => ({ connection: FAKE_CONNECTION, email: 'Ada@auth0.example', password: PASSWORD, user_id: 'u1', ...more });
const create = (more: object = {}) => send('POST', '/api/v2/users', person(more));
const patch = (body: object) => send('PATCH', '/api/v2/users/auth0%7Cu1', body);
const kept = () => auth0.users.get('auth0|u1');

beforeEach(() => start());
afterEach(() => auth0.stop());

describe('creating', () => {
  it('puts the strategy before the given id, and keeps the e-mail in lower case', async () => {
    expect(await create()).toMatchObject({ status: 201, body: { user_id: 'auth0|u1', email: 'ada@auth0.example' } });
  });

  it('wants the name of the connection, an e-mail and a strong password', async () => {
    expect(await create({ connection: 'con_123' })).toMatchObject({ status: 400, body: { errorCode: 'inexistent_connection' } });
    expect(await create({ email: 'none' })).toMatchObject({ status: 400, body: { errorCode: 'invalid_body' } });
    expect((await create({ password: 'weak' })).body).toMatchObject({ message: 'PasswordStrengthError: Password is too weak' });
  });

  it('refuses a taken e-mail and a taken id', async () => {
    await create();
    expect(await create({ user_id: 'u2' })).toMatchObject({ status: 409 });
    expect(await create({ email: 'other@auth0.example' })).toMatchObject({ status: 409 });
  });

  it.each([
    [{}, 1],
    [{ email_verified: true }, 0],
    [{ verify_email: false }, 0],
    [{ email_verified: true, verify_email: true }, 1],
  ])('with %j sends %i verification mails', async (more, mails) => {
    await create(more);
    expect(auth0.mails).toHaveLength(mails);
  });

  it('answers no password, neither then nor later', async () => {
    expect(JSON.stringify([await create(), await send('GET', '/api/v2/users/auth0%7Cu1')])).not.toContain(PASSWORD);
  });
});

describe('updating', () => {
  beforeEach(() => create({ app_metadata: { a: { x: 1, y: 2 }, b: 1 } }));

  it('merges metadata at the first level, deletes by null, and wipes everything by an empty object', async () => {
    await patch({ app_metadata: { a: { x: 3 }, c: 1 } });
    expect(kept()?.app_metadata).toEqual({ a: { x: 3 }, b: 1, c: 1 });
    await patch({ app_metadata: { b: null } });
    expect(kept()?.app_metadata).toEqual({ a: { x: 3 }, c: 1 });
    await patch({ app_metadata: {} });
    expect(kept()?.app_metadata).toEqual({});
  });

  it('refuses keys with a dot or a dollar', async () => {
    expect(await patch({ app_metadata: { 'a.b': 1 } })).toMatchObject({ status: 400 });
  });

  it('lifts a block with a password, even where the same call says blocked', async () => {
    await patch({ blocked: true });
    expect(auth0.users.signIn('ada@auth0.example', PASSWORD)).toBe(false);
    await patch({ password: 'Another-Horse-9', blocked: true });
    expect(kept()).toMatchObject({ blocked: false, last_password_reset: expect.any(String) });
    expect(auth0.users.signIn('ada@auth0.example', 'Another-Horse-9')).toBe(true);
  });

  it('refuses an e-mail together with a password, and a taken e-mail by a 400', async () => {
    auth0.users.seed({ email: 'taken@auth0.example' });
    expect(await patch({ email: 'x@auth0.example', password: PASSWORD })).toMatchObject({ status: 400 });
    expect(await patch({ email: 'taken@auth0.example' })).toMatchObject({ status: 400, body: { errorCode: 'auth0_idp_error' } });
  });
});

describe('reading', () => {
  it('compares e-mails letter by letter', async () => {
    await create();
    expect((await send('GET', '/api/v2/users-by-email?email=Ada@auth0.example')).body).toEqual([]);
    expect((await send('GET', '/api/v2/users-by-email?email=ada@auth0.example')).body).toHaveLength(1);
  });

  it('searches what is old enough, and reads by id at once', async () => {
    auth0.settings.listLagMs = 1_000;
    await create();
    expect((await send('GET', '/api/v2/users')).body).toEqual([]);
    expect((await send('GET', '/api/v2/users/auth0%7Cu1')).status).toBe(200);
    auth0.advance(1_000);
    expect((await send('GET', '/api/v2/users')).body).toHaveLength(1);
  });

  it('gives pages of 50 at most, 25 unless told, and none beyond 1,000', async () => {
    for (let number = 0; number < 60; number += 1) auth0.users.seed({ email: `${number}@auth0.example` });
    expect((await send('GET', '/api/v2/users')).body).toHaveLength(25);
    expect((await send('GET', '/api/v2/users?per_page=100&include_totals=true')).body).toMatchObject({ limit: 50, length: 50, total: 60 });
    expect(await send('GET', '/api/v2/users?per_page=50&page=20')).toMatchObject({ status: 400, body: { errorCode: 'invalid_paging' } });
  });

  it('refuses a query it does not understand', async () => {
    expect(await send('GET', '/api/v2/users?q=email:*')).toMatchObject({ status: 400, body: { errorCode: 'invalid_query_string' } });
  });
});

describe('letting in', () => {
  it('wants the canonical audience', async () => {
    const body = { grant_type: 'client_credentials', client_id: FAKE_CLIENT_ID, client_secret: FAKE_CLIENT_SECRET };
    expect((await send('POST', '/oauth/token', { ...body, audience: `${auth0.address}/api/v2/` })).status).toBe(403);
    expect((await send('POST', '/oauth/token', { ...body, client_secret: 'x' })).status).toBe(401);
  });

  it('refuses a token after a day, and one without the scope', async () => {
    auth0.advance(86_400_000);
    expect(await send('GET', '/api/v2/roles')).toMatchObject({ status: 401 });
    auth0.settings.scopes = ['read:users'];
    token = await getToken();
    expect(await send('GET', '/api/v2/roles')).toMatchObject({ status: 403, body: { errorCode: 'insufficient_scope' } });
  });

  it('keeps to the Free plan unless told otherwise', async () => {
    await auth0.stop();
    auth0 = await startFakeAuth0();
    token = await getToken();
    const answers = [];
    for (let number = 0; number < 3; number += 1) answers.push(await send('GET', '/api/v2/roles'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.body).toMatchObject({ errorCode: 'too_many_requests' });
    const reset = Number(answers[2]?.headers.get('x-ratelimit-reset'));
    expect(reset).toBeGreaterThan(Date.now() / 1000 - 1);
    expect(reset).toBeLessThan(Date.now() / 1000 + 3);
    auth0.advance(1_000);
    expect((await send('GET', '/api/v2/roles')).status).toBe(200);
  });

  it('mails one person ten times, then once a minute, whoever asks', async () => {
    await create();
    const mail = () => send('POST', '/dbconnections/change_password', { client_id: 'any', email: 'ada@auth0.example', connection: FAKE_CONNECTION });
    for (let number = 0; number < 10; number += 1) expect((await mail()).status).toBe(200);
    expect((await mail()).status).toBe(429);
    auth0.advance(60_000);
    expect((await mail()).status).toBe(200);
  });
});

describe('closing', () => {
  it('deletes as often as it is told', async () => {
    await create();
    expect([(await send('DELETE', '/api/v2/users/auth0%7Cu1')).status, (await send('DELETE', '/api/v2/users/auth0%7Cu1')).status]).toEqual([204, 204]);
    expect(kept()).toBeNull();
  });

  it('ends sessions on Enterprise plans alone', async () => {
    await create();
    auth0.users.signIn('ada@auth0.example', PASSWORD);
    expect(kept()).toMatchObject({ sessions: 1, refresh_tokens: 1 });
    auth0.settings.hasSessionEndpoints = false;
    expect(await send('DELETE', '/api/v2/users/auth0%7Cu1/sessions')).toMatchObject({ status: 403, body: { errorCode: 'feature_not_enabled' } });
    auth0.settings.hasSessionEndpoints = true;
    await send('DELETE', '/api/v2/users/auth0%7Cu1/sessions');
    expect(kept()).toMatchObject({ sessions: 0, refresh_tokens: 1 });
  });
});

describe('faults', () => {
  const isThere = () => kept() !== null;

  it('applies or not as the fault says, and notes what was answered', async () => {
    auth0.faults.script('users.create', { kind: 'status', status: 503, applied: false }, { kind: 'status', status: 500, applied: true });
    expect((await create()).status).toBe(503);
    expect(isThere()).toBe(false);
    expect((await create()).status).toBe(500);
    expect(isThere()).toBe(true);
    expect(auth0.ledger.of('users.create')).toMatchObject([
      { subject: 'u1', applied: false, status: 503 },
      { subject: 'u1', applied: true, status: 500 },
    ]);
  });

  it('tears a connection down, and tells before or after', async () => {
    const told: boolean[] = [];
    const tell = () => void told.push(isThere());
    auth0.faults.script('users.create', { kind: 'reset', applied: false }, { kind: 'tell', when: 'before', tell }, { kind: 'tell', when: 'after', tell });
    await expect(create()).rejects.toThrow();
    await create();
    await create({ user_id: 'u2', email: 'b@auth0.example' });
    expect(told).toEqual([false, true]);
  });

  it('carries a request out late, also when nobody waits any more', async () => {
    auth0.faults.script('users.create', { kind: 'apply_late', ms: 100 });
    const hangingUp = new AbortController();
    const asked = fetch(`${auth0.address}/api/v2/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(person()),
      signal: hangingUp.signal,
    });
    setTimeout(() => hangingUp.abort(), 30);
    await expect(asked).rejects.toThrow();
    expect(isThere()).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(isThere()).toBe(true);
  });

  it('stand until they are lifted', async () => {
    auth0.faults.stand('*', { kind: 'status', status: 500, applied: false });
    expect([(await create()).status, (await create()).status]).toEqual([500, 500]);
    auth0.faults.lift();
    expect((await create()).status).toBe(201);
    expect(auth0.faults.left).toBe(0);
  });

  it('let the fake come back where it was', async () => {
    const { port } = new URL(auth0.address);
    await auth0.stop();
    await start({ port: Number(port) });
    expect(new URL(auth0.address).port).toBe(port);
    await expect(startFakeAuth0({ port: Number(port) })).rejects.toThrow('EADDRINUSE');
  });
});
