import 'reflect-metadata';
import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createNestApp } from '../../test/nest-app.js';
import { createTestClient } from '../../test/guarded-app.js';
import type { ContextSource } from '../access/access.js';
import { AuthClient, createAuthClient } from '../auth-client.js';
import type { EventConnection } from '../event-connection.js';
import { startFakeUserManagement, startTestIssuer, type FakeUserManagement, type TestIssuer } from '../testing/index.js';
import { TokenVerifier } from '../verification/token-verifier.js';
import { AuthModule, CONTEXT_SOURCE } from './index.js';

let issuer: TestIssuer;
let users: FakeUserManagement;
beforeAll(async () => {
  issuer = await startTestIssuer();
  users = await startFakeUserManagement();
});
afterAll(() => Promise.all([issuer.close(), users.close()]));

test('starts the client with the application and closes it with it, and waits for both', async () => {
  const steps: string[] = [];
  const events: EventConnection = {
    open: () => void steps.push('opened'),
    close: async () => {
      await setImmediate();
      steps.push('closed');
    },
  };
  const client = createAuthClient({
    verifier: issuer.verifierOptions,
    userManagementUrl: users.baseUrl,
    events,
    service: { tokenUrl: issuer.tokenUrl, clientId: 'jobs', clientSecret: 'secret', scopes: ['permissions:register'] },
    permissions: [{ permission: 'claims:read', service_id: 'claims', description: 'Read claims' }],
  });
  const app = await createNestApp({ client }, []);
  expect(steps).toEqual([]);
  await app.init();
  expect(steps).toEqual(['opened']);
  expect(users.registeredPermissions).toHaveLength(1);
  await app.close();
  expect(steps).toEqual(['opened', 'closed']);
});

test('gives out the client and its parts in every module', async () => {
  @Injectable()
  class Feature {
    constructor(
      @Inject(AuthClient) readonly client: AuthClient,
      @Inject(TokenVerifier) readonly verifier: TokenVerifier,
      @Inject(CONTEXT_SOURCE) readonly contexts: ContextSource,
    ) {}
  }
  @Module({ providers: [Feature] })
  class FeatureModule {}
  const client = createTestClient(issuer, users);
  const module = await Test.createTestingModule({ imports: [AuthModule.forRoot({ client }), FeatureModule] }).compile();
  expect(module.get(Feature, { strict: false })).toEqual({ client, verifier: client.verifier, contexts: client.contexts });
  await module.close();
});

test('takes a verifier and a source of contexts instead of a client', async () => {
  const contexts = { contextOf: () => Promise.reject(new Error('is not asked')) };
  const verifier = new TokenVerifier(issuer.verifierOptions);
  const app = await createNestApp({ verifier, contexts }, []);
  expect(app.get(TokenVerifier)).toBe(verifier);
  expect(app.get(CONTEXT_SOURCE)).toBe(contexts);
  expect(app.get<unknown>(AuthClient)).toBeNull();
  await app.close();
});

test('does not start with an option missing', async () => {
  const contexts = { contextOf: () => Promise.reject(new Error('is not asked')) };
  const options = { verifier: { ...issuer.verifierOptions, audience: '' }, contexts };
  await expect(createNestApp(options, [])).rejects.toMatchObject({ name: 'ConfigurationError', option: 'audience' });
});

test('takes options that are made of other providers', async () => {
  const client = createTestClient(issuer, users);
  @Module({ providers: [{ provide: 'client', useValue: client }], exports: ['client'] })
  class ClientModule {}
  const auth = AuthModule.forRootAsync({
    imports: [ClientModule],
    inject: ['client'],
    useFactory: (given: AuthClient) => ({ client: given }),
  });
  const module = await Test.createTestingModule({ imports: [auth] }).compile();
  expect(module.get(TokenVerifier)).toBe(client.verifier);
  await module.close();
});
