import { Logger, Module, type INestApplication } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AuthClient, createAuthClient, ServiceTokenSource, type UserContext } from '@sa-platform/auth-client';
import { AuthErrorFilter, AuthModule } from '@sa-platform/auth-client/nest';
import { buildContext, buildMembership, startFakeUserManagement, startTestIssuer } from '@sa-platform/auth-client/testing';
import { findClaimReaders, findName } from './other-people.js';
import { fetchExports } from './other-services.js';
import { createForAuth0, createForCognito, createForImpersonation } from './provider-options.js';
import { CasesController, ReviewsController } from './rules.js';
import { describeToken } from './verify-token.js';

Logger.overrideLogger(false);
const issuer = await startTestIssuer();
const users = await startFakeUserManagement();
afterAll(async () => {
  await Promise.all([issuer.close(), users.close()]);
});

const service = { tokenUrl: issuer.tokenUrl, clientId: 'claims', clientSecret: 'secret' };
const verifier = { ...issuer.verifierOptions, impersonation: users.impersonation };
const newClient = (): AuthClient => createAuthClient({ verifier, userManagementUrl: users.baseUrl, service });

/** Adds a person; answers the value of `Authorization`. */
function addPerson(userId: string, changes: Partial<UserContext>): string {
  users.setContext(userId, buildContext({ user_id: userId, display_name: userId, ...changes }));
  return `Bearer ${issuer.issue({ sub: userId })}`;
}

describe('the rules of the README', () => {
  @Module({
    imports: [AuthModule.forRoot({ client: newClient() })],
    controllers: [CasesController, ReviewsController],
    providers: [{ provide: APP_FILTER, useClass: AuthErrorFilter }],
  })
  class RulesModule {}

  let app: INestApplication;
  let address: string;
  beforeAll(async () => {
    app = await NestFactory.create(RulesModule, new FastifyAdapter());
    await app.listen(0, '127.0.0.1');
    address = await app.getUrl();
  });
  afterAll(() => app.close());

  const ask = async (route: string, authorization: string): Promise<unknown> => {
    const [method, path] = route.split(' ') as [string, string];
    const answer = await fetch(address + path, { method, headers: { authorization } });
    const body = (await answer.json()) as { code?: string };
    return body.code ?? body;
  };

  test('of a rule of one’s own', async () => {
    const ann = addPerson('ann', { user_type: 'clinician' });
    const bob = addPerson('bob', { user_type: 'clinician' });
    const eve = addPerson('eve', {});
    expect(await ask('GET /clinicians/ann/cases', ann)).toEqual({ cases_of: 'ann' });
    expect(await ask('GET /clinicians/ann/cases', bob)).toBe('access.denied');
    expect(await ask('GET /clinicians/eve/cases', eve)).toBe('access.denied');
  });

  test('of the controller and of the handler together', async () => {
    const memberships = [buildMembership({ products: [{ product_id: '1', key: 'derm' }] })];
    const clinician = addPerson('clinician', { user_type: 'clinician', memberships });
    const member = addPerson('member', { memberships });
    const stranger = addPerson('stranger', { user_type: 'clinician' });
    expect(await ask('GET /organisations/texas/reviews', clinician)).toEqual({ organisation: 'texas' });
    for (const person of [member, stranger]) {
      expect(await ask('GET /organisations/texas/reviews', person)).toBe('access.denied');
    }
    expect(await ask('GET /organisations/ohio/reviews', clinician)).toBe('access.denied');
  });

  test('inside a handler', async () => {
    const exporter = addPerson('exporter', { memberships: [buildMembership({ permissions: ['claims:export'] })] });
    expect(await ask('POST /claims/export', exporter)).toEqual({ claims: [{ id: 'claim-1', organisationId: 'texas' }] });
    expect(await ask('POST /claims/export', addPerson('reader', {}))).toBe('access.denied');
  });

  test('for who acts as somebody else', async () => {
    const ann = addPerson('ann', {});
    const acting = `Bearer ${users.impersonate('ann').token}`;
    expect(await ask('POST /claims/pay', ann)).toEqual({ paid_by: 'ann', impersonated_by: null });
    expect(await ask('POST /claims/pay', acting)).toEqual({ paid_by: 'ann', impersonated_by: 'test-admin-id' });
    expect(await ask('POST /prescriptions/sign', ann)).toEqual({ signed_by: 'ann' });
    expect(await ask('POST /prescriptions/sign', acting)).toBe('impersonation.forbidden');
  });

  test('for services, asked with a token of their own', async () => {
    expect(await fetchExports(issuer.tokenUrl, 'secret', address)).toEqual({ asked_by: 'reports' });
    expect(await ask('GET /exports', addPerson('anybody', {}))).toBe('access.denied');
  });
});

describe('the snippets of the README', () => {
  test('read what others may do', async () => {
    addPerson('tom', { memberships: [buildMembership({ permissions: ['claims:read'] })] });
    addPerson('kim', { permissions: ['claims:read'] });
    addPerson('joe', {});
    const client = newClient();
    expect(await findClaimReaders(client, ['tom', 'kim', 'joe', 'nobody'], 'texas')).toEqual(['tom', 'kim']);
    expect(await findName(client, 'joe')).toBe('joe');
    await expect(findName(client, 'nobody')).rejects.toMatchObject({ code: 'user.not_found' });
  });

  test('verify a token and nothing else', async () => {
    const { verifierOptions } = issuer;
    const sentence = await describeToken(verifierOptions, issuer.issue({ sub: 'ann', exp: 4_102_444_800 }));
    expect(sentence).toBe('user ann until 2100-01-01T00:00:00.000Z');
    expect(await describeToken(verifierOptions, issuer.issue({ exp: 1 }))).toBe('a token that has expired');
    await expect(describeToken(verifierOptions, 'a.b.c')).rejects.toMatchObject({ code: 'token.invalid' });
  });

  test('start with Auth0 and with Cognito', () => {
    expect(createForAuth0()).toBeInstanceOf(AuthClient);
    expect(createForCognito()).toBeInstanceOf(AuthClient);
    expect(createForImpersonation()).toBeInstanceOf(AuthClient);
  });

  test('have a token of their own that names the service', async () => {
    const token = await new ServiceTokenSource(service).getToken();
    expect(await describeToken(issuer.verifierOptions, token)).toMatch(/^service claims until /);
  });

  test('hear events and register permissions in the background', async () => {
    Object.assign(process.env, {
      REDIS_URL: 'redis://127.0.0.1:1',
      USER_MANAGEMENT_URL: users.baseUrl,
      AUTH_ISSUER: issuer.issuer,
      AUTH_AUDIENCE: issuer.audience,
      AUTH_JWKS_URI: issuer.jwksUri,
      AUTH_CLIENT_ID: 'claims',
      AUTH_CLIENT_SECRET: 'secret',
      AUTH_TOKEN_URL: issuer.tokenUrl,
    });
    const { client } = await import('./background.js');
    await client.start();
    await client.close();
    expect(users.registeredPermissions.map(({ permission }) => permission)).toEqual(['claims:export']);
  });
});
