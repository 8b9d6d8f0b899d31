import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { NatsContext } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { DirectServer } from '../../test/direct-server.js';
import { createTestClient, texas } from '../../test/guarded-app.js';
import { Messages, named } from '../../test/guarded-messages.js';
import { Routes } from '../../test/guarded-routes.js';
import { createNestApp, LoggerInMemory } from '../../test/nest-app.js';
import { buildContext, startFakeUserManagement, startTestIssuer, type FakeUserManagement, type TestIssuer } from '../testing/index.js';
import { tokenMetadata } from './index.js';

let issuer: TestIssuer;
let users: FakeUserManagement;
let app: INestApplication;
let server: DirectServer;
let logger: LoggerInMemory;
beforeAll(async () => {
  issuer = await startTestIssuer();
  users = await startFakeUserManagement();
  users.setContext('test-user', buildContext({ memberships: [texas] }));
});
afterAll(() => Promise.all([issuer.close(), users.close()]));
beforeEach(() => {
  server = new DirectServer();
  logger = new LoggerInMemory();
});
afterEach(() => app.close());

async function startHybrid(inheritAppConfig: boolean): Promise<string> {
  app = await createNestApp({ client: createTestClient(issuer, users) }, [Routes, Messages], 'Fastify', logger);
  app.connectMicroservice({ strategy: server }, { inheritAppConfig });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

const send = (pattern: string, token?: string): Promise<unknown> => {
  const headers = Object.entries(token === undefined ? {} : tokenMetadata(token));
  return server.deliver(named(pattern), {}, new NatsContext(['subject', headers]));
};

test('an application with routes and messages guards both', async () => {
  const url = await startHybrid(true);
  const headers = { authorization: `Bearer ${issuer.issue()}` };
  expect((await fetch(`${url}/approved`)).status).toBe(401);
  expect((await fetch(`${url}/approved`, { headers })).status).toBe(200);
  await expect(send('approved')).rejects.toMatchObject({ code: 'token.missing' });
  await expect(send('undeclared', issuer.issue())).rejects.toMatchObject({ code: 'access.undeclared' });
  await expect(send('approved', issuer.issue())).resolves.toBe('test-user');
  await expect(send('public')).resolves.toBe('answered');
});

test('without inheritAppConfig, where Nest leaves the guard out, every message is refused and the log says why', async () => {
  const url = await startHybrid(false);
  for (const pattern of ['public', 'approved', 'undeclared']) {
    await expect(send(pattern, issuer.issue())).rejects.toMatchObject({ status: 'error' });
  }
  expect(logger.errors).toHaveLength(3);
  expect(String(logger.errors[0])).toContain('inheritAppConfig: true');
  expect((await fetch(`${url}/public`)).status).toBe(200);
});

describe('what closes the handlers', () => {
  test('stands on each of them once, however many applications there were', async () => {
    await startHybrid(true);
    await app.close();
    await startHybrid(true);
    const guards: unknown = new Reflector().get('__guards__', Messages.prototype.approved);
    expect(guards).toHaveLength(1);
  });

  test('is not on routes: their controller serves in an application without the module', async () => {
    await startHybrid(true);
    await app.close();
    const module = await Test.createTestingModule({ controllers: [Routes] }).compile();
    app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    expect((await fetch(`${await app.getUrl()}/undeclared`)).status).toBe(200);
  });
});
