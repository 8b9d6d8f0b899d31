import { decodeJwt, decodeProtectedHeader } from 'jose';
import { AUDIENCE, SERVICE_SCOPES, startIssuer, type IssuerUnderTest } from '../test/issuer-under-test.js';

const SECRET = { client_id: 'example-service', client_secret: 'example-service-secret' };

describe('tokens for services', () => {
  let under: IssuerUnderTest;
  beforeAll(async () => {
    under = await startIssuer();
  });
  afterAll(() => under.stop());

  const ask = (form: Record<string, string>, headers: Record<string, string> = {}) => fetch(`${under.issuer}/token`, {
    method: 'POST', headers, body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  });

  it('carry the scopes asked for, our audience, and the client as subject', async () => {
    const response = await ask({ ...SECRET, scope: 'context:read users:read' });
    expect(response.status).toBe(200);
    const body = await response.json() as { access_token: string };
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'context:read users:read' });
    expect(decodeProtectedHeader(body.access_token)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'test-key' });
    expect(decodeJwt(body.access_token)).toMatchObject({
      iss: under.issuer, aud: AUDIENCE, sub: 'example-service', client_id: 'example-service', scope: 'context:read users:read',
    });
  });

  it('carry every allowed scope when none is asked for', async () => {
    const body = await (await ask(SECRET)).json() as { scope: string };
    expect(body.scope.split(' ').sort()).toEqual([...SERVICE_SCOPES].sort());
  });

  it('are given for HTTP Basic as well', async () => {
    const basic = Buffer.from(`${SECRET.client_id}:${SECRET.client_secret}`).toString('base64');
    expect((await ask({}, { authorization: `Basic ${basic}` })).status).toBe(200);
  });

  it.each([
    ['a wrong secret', { ...SECRET, client_secret: 'wrong' }, 401, 'invalid_client'],
    ['no secret', { client_id: 'example-service' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody', client_secret: 'x' }, 401, 'invalid_client'],
    ['a scope it may not have', { ...SECRET, scope: 'context:read openid' }, 400, 'invalid_scope'],
    ['a scope nobody knows', { ...SECRET, scope: 'context:raed' }, 400, 'invalid_scope'],
    ['another audience', { ...SECRET, resource: 'https://elsewhere.example' }, 400, 'invalid_target'],
    ['a public client', { client_id: 'admin-ui' }, 400, 'invalid_request'],
  ])('are refused for %s', async (_case, form, status, error) => {
    const response = await ask(form);
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status, body: { error } });
  });
});
