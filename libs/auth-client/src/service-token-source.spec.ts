import { jest } from '@jest/globals';
import { ServiceTokenSource } from './service-token-source.js';
import { startTestIssuer, type TestIssuer } from './testing/index.js';
import { TokenVerifier } from './verification/token-verifier.js';

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await startTestIssuer();
});
afterAll(() => issuer.close());

let nowMs = 0;
const now = (): number => nowMs;
const newSource = (more: object = {}): ServiceTokenSource =>
  new ServiceTokenSource({
    tokenUrl: issuer.tokenUrl,
    clientId: 'example-service',
    clientSecret: 'p:ä%',
    scopes: ['context:read'],
    now,
    ...more,
  });

/** Gives these answers one after the other, then none; keeps what was asked. */
function issuerOf(...answers: unknown[]): { fetch: typeof fetch; requests: Request[] } {
  const requests: Request[] = [];
  const answerNext = (...request: ConstructorParameters<typeof Request>): Promise<Response> => {
    requests.push(new Request(...request));
    const answer = answers.shift();
    return answer === undefined ? Promise.reject(new Error('ECONNREFUSED')) : Promise.resolve(Response.json(answer));
  };
  return { fetch: answerNext, requests };
}
const token = (name: string): object => ({ access_token: name, expires_in: 100 });

describe('a service token', () => {
  it('is one that a verifier knows as this service', async () => {
    const principal = await new TokenVerifier(issuer.verifierOptions).verify(await newSource().getToken());
    expect(principal).toMatchObject({ type: 'service', clientId: 'example-service', scopes: ['context:read'] });
  });

  it('is asked for by a form, the credentials form-encoded in the header (RFC 6749 2.3.1)', async () => {
    const { fetch, requests } = issuerOf(token('a'));
    const parameters = { audience: 'https://api.example.com' };
    await newSource({ fetch, clientId: 'a:b', scopes: ['x', 'y'], parameters }).getToken();
    const [request] = requests as [Request];
    expect(request.method).toBe('POST');
    expect(request.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
    const credentials = request.headers.get('authorization')?.replace('Basic ', '') ?? '';
    expect(Buffer.from(credentials, 'base64').toString()).toBe('a%3Ab:p%3A%C3%A4%25');
    expect(Object.fromEntries(new URLSearchParams(await request.text()))).toEqual({
      grant_type: 'client_credentials',
      audience: 'https://api.example.com',
      scope: 'x y',
    });
  });

  it.each([[undefined], [[]]])('with the scopes %j is asked for without any', async (scopes) => {
    const { fetch, requests } = issuerOf(token('a'));
    await newSource({ fetch, scopes }).getToken();
    expect(await requests[0]?.text()).toBe('grant_type=client_credentials');
  });

  it('is asked for once by however many wait for it, and then kept', async () => {
    const source = newSource();
    const before = issuer.tokenRequests;
    const tokens = await Promise.all([source.getToken(), source.getToken(), source.getToken()]);
    expect(new Set([...tokens, await source.getToken()]).size).toBe(1);
    expect(issuer.tokenRequests - before).toBe(1);
  });

  it('is renewed in the background when four fifths of its life are over', async () => {
    const { fetch, requests } = issuerOf(token('first'), token('second'), token('third'));
    const source = newSource({ fetch });
    for (const name of ['first', 'second']) {
      const asked = requests.length;
      expect(await source.getToken()).toBe(name);
      nowMs += 79_999;
      expect(await source.getToken()).toBe(name);
      const isFirst = name === 'first';
      expect(requests).toHaveLength(isFirst ? 1 : asked);
      nowMs += 1;
      expect(await source.getToken()).toBe(name);
      expect(await source.getToken()).toBe(name);
      await new Promise(setImmediate);
    }
    expect(await source.getToken()).toBe('third');
    expect(requests).toHaveLength(3);
  });

  it('lives from the moment when it was asked for', async () => {
    let answer = (_: Response): void => undefined;
    const asked = [new Promise<Response>((resolve) => { answer = resolve; }), Promise.resolve(Response.json(token('b')))];
    const source = newSource({ fetch: () => asked.shift() });
    const first = source.getToken();
    nowMs += 90_000;
    answer(Response.json(token('a')));
    expect(await first).toBe('a');
    nowMs += 10_000;
    expect(await source.getToken()).toBe('b');
  });

  it('serves while its renewal fails, which is tried again after a second, until it expires', async () => {
    const { fetch, requests } = issuerOf(token('first'), {}, {}, token('second'));
    const source = newSource({ fetch });
    const get = async (): Promise<string> => {
      const held = await source.getToken();
      await new Promise(setImmediate);
      return held;
    };
    await get();
    nowMs += 80_000;
    expect([await get(), await get()]).toEqual(['first', 'first']);
    nowMs += 999;
    expect([await get(), requests.length]).toEqual(['first', 2]);
    nowMs += 1;
    expect([await get(), requests.length]).toEqual(['first', 3]);
    nowMs += 1_000;
    expect([await get(), requests.length]).toEqual(['first', 4]);
    expect(await get()).toBe('second');
  });

  it('is never handed out once it has expired', async () => {
    const { fetch } = issuerOf(token('first'));
    const source = newSource({ fetch });
    await source.getToken();
    nowMs += 99_999;
    expect(await source.getToken()).toBe('first');
    nowMs += 1;
    await expect(source.getToken()).rejects.toMatchObject({ code: 'context.unavailable' });
  });
});

describe('an issuer that gives none', () => {
  it.each([
    ['says why', Response.json({ error: 'invalid_client' }, { status: 401 })],
    ['answers a token with another status', Response.json(token('a'), { status: 201 })],
    ['forgets the token', Response.json({ expires_in: 60 })],
    ['forgets the lifetime', Response.json({ access_token: 't' })],
    ['gives it no life', Response.json({ access_token: 't', expires_in: 0 })],
    ['answers null', Response.json(null)],
    ['answers no JSON', new Response('<html>')],
  ])('is refused when it %s', async (_name, response) => {
    const source = newSource({ fetch: () => Promise.resolve(response) });
    const refusal = { code: 'context.unavailable', message: 'The issuer gave no service token' };
    await expect(source.getToken()).rejects.toMatchObject(refusal);
  });

  it('is told apart from one that is not there by the cause', async () => {
    const refusal = { code: 'context.unavailable', cause: new Error('ECONNREFUSED') };
    await expect(newSource(issuerOf()).getToken()).rejects.toMatchObject(refusal);
  });

  it('is asked once a second, however many ask', async () => {
    const { fetch, requests } = issuerOf({}, {}, token('late'));
    const source = newSource({ fetch });
    const ask = (): Promise<string> => source.getToken().catch((error: unknown) => (error as Error).message);
    const asked: (string | number)[] = [];
    for (const elapsedMs of [0, 999, 1, 999]) {
      nowMs += elapsedMs;
      asked.push(await ask(), requests.length);
    }
    const failure = 'The issuer gave no service token';
    expect(asked).toEqual([failure, 1, failure, 1, failure, 2, failure, 2]);
    nowMs += 1;
    expect([await ask(), await ask()]).toEqual(['late', 'late']);
  });

  it('is asked once more by however many ask after that second', async () => {
    const { fetch, requests } = issuerOf({}, token('a'), token('b'));
    const source = newSource({ fetch });
    await source.getToken().catch(() => undefined);
    nowMs += 1_000;
    expect(await Promise.all([source.getToken(), source.getToken()])).toEqual(['a', 'a']);
    expect(requests).toHaveLength(2);
  });

  it.each([
    [undefined, 3_000],
    [20, 20],
  ])('that hangs is given up (timeoutMs %j: %i ms)', async (timeoutMs, expectedMs) => {
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort());
    await expect(newSource({ timeoutMs }).getToken()).rejects.toMatchObject({ code: 'context.unavailable' });
    expect(timeout).toHaveBeenLastCalledWith(expectedMs);
  });
});

describe('a service token source', () => {
  it.each<[string, unknown]>([
    ['tokenUrl', ''],
    ['clientId', ''],
    ['clientSecret', ''],
    ['timeoutMs', 60_001],
  ])('does not start with %s %j', (option, value) => {
    expect(() => newSource({ [option]: value })).toThrow(expect.objectContaining({ option }));
  });

  it('has a clock of its own', async () => {
    const { fetch, requests } = issuerOf(token('a'), token('b'));
    const source = newSource({ fetch, now: undefined });
    expect([await source.getToken(), await source.getToken(), requests.length]).toEqual(['a', 'a', 1]);
  });
});
