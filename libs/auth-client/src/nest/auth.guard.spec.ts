import 'reflect-metadata';
import { EventEmitter } from 'node:events';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { describeGuard } from '../../test/guard-suite.js';
import { startGuardedApp, texas } from '../../test/guarded-app.js';
import { AdminRoutes, OpenRoutes, Routes } from '../../test/guarded-routes.js';
import { createNestApp, startNestApp } from '../../test/nest-app.js';
import { AuthError } from '../auth-error.js';
import { startTestIssuer, type TestIssuer } from '../testing/index.js';
import { AuthErrorFilter, AuthGuard, Public, readDeclaredAccess, RequireApproved, RequirePermissions, TenantId } from './index.js';

@Controller()
class WildcardRoutes {
  @RequirePermissions('claims:read') @Get('all-of/*organisationId') list(@TenantId() organisationId: unknown): object {
    return { organisationId };
  }
}

describe.each(['Fastify', 'Express'] as const)('a Nest application on %s', (adapter) => {
  const controllers = [Routes, AdminRoutes, OpenRoutes];
  const app = startGuardedApp((client) => startNestApp({ client }, controllers, adapter));
  describeGuard(app);

  test('closes a route that declares nothing: 401 without a token, 403 with one, services included', async () => {
    expect(await app.ask('undeclared', { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await app.ask('undeclared')).toMatchObject({ status: 403, code: 'access.undeclared' });
    const service = app.issuer.issueForService('jobs', ['context:read']);
    expect(await app.ask('undeclared', { token: service })).toMatchObject({ status: 403, code: 'access.undeclared' });
  });

  test('knows no caller on a public route, whatever token came', async () => {
    expect(await app.ask('public-caller')).toMatchObject({ status: 401, code: 'token.missing' });
  });

  test('keeps its issuer to itself beside another application in the process', async () => {
    const otherIssuer = await startTestIssuer();
    const contexts = { contextOf: () => Promise.reject(new Error('is not asked')) };
    const other = await startNestApp({ verifier: otherIssuer.verifierOptions, contexts }, [Routes], adapter);
    const service = otherIssuer.issueForService('jobs', ['context:read']);
    expect(await app.ask('service', { token: service })).toMatchObject({ status: 401, code: 'token.invalid' });
    expect(await app.ask('approved')).toMatchObject({ status: 200 });
    const headers = { authorization: `Bearer ${service}` };
    expect(await fetch(`${other.url}/service`, { headers })).toMatchObject({ status: 200 });
    await other.close();
    await otherIssuer.close();
  });
});

describe('on Express, where a wildcard is a list', () => {
  const app = startGuardedApp((client) => startNestApp({ client }, [WildcardRoutes], 'Express'));

  test('it names no organisation, not even for who may act in all', async () => {
    app.give({ memberships: [texas] });
    expect(await app.ask('all-of/texas')).toMatchObject({ status: 403, code: 'access.denied' });
    app.give({ permissions: ['claims:read'] });
    expect(await app.ask('all-of/texas/and/ohio')).toMatchObject({ status: 403, code: 'access.denied' });
  });
});

describe('where neither a request nor a message came', () => {
  let nest: INestApplication;
  let issuer: TestIssuer;
  beforeAll(async () => {
    issuer = await startTestIssuer();
    const contexts = { contextOf: () => Promise.reject(new Error('is not asked')) };
    nest = await createNestApp({ verifier: issuer.verifierOptions, contexts }, [Routes]);
    await nest.init();
  });
  afterAll(async () => {
    await nest.close();
    await issuer.close();
  });
  const contextOf = (type: string, handler: (...given: never[]) => unknown, args: unknown[] = []): ExecutionContextHost => {
    const context = new ExecutionContextHost(args, Routes, handler);
    context.setType(type);
    return context;
  };

  test.each(['ws', 'graphql'])('%s: only what is public is open', async (type) => {
    const guard = nest.get(AuthGuard, { strict: false });
    const request = { headers: { authorization: `Bearer ${issuer.issueForService('jobs', ['context:read'])}` } };
    const { service, undeclared } = Routes.prototype;
    await expect(guard.canActivate(contextOf(type, Routes.prototype.public, [request]))).resolves.toBe(true);
    await expect(guard.canActivate(contextOf(type, service, [request]))).rejects.toMatchObject({ code: 'access.undeclared' });
    await expect(guard.canActivate(contextOf(type, undeclared, [request]))).rejects.toMatchObject({ code: 'access.undeclared' });
  });

  const problem = expect.objectContaining({ status: 403, code: 'access.undeclared' });
  const refuse = (type: string, client?: object): unknown =>
    new AuthErrorFilter(nest.get(HttpAdapterHost)).catch(new AuthError('access.undeclared'), contextOf(type, Routes.prototype.public, [client]));

  test('a client of socket.io hears of the refusal', () => {
    const client = new EventEmitter();
    const heard: unknown[] = [];
    client.on('exception', (refusal) => heard.push(refusal));
    refuse('ws', client);
    expect(heard).toEqual([problem]);
  });

  test('so does a native WebSocket, whose `emit` reaches nobody', () => {
    const sent: string[] = [];
    refuse('ws', Object.assign(new EventEmitter(), { readyState: 1, send: (text: string) => sent.push(text) }));
    expect(sent.map((text): unknown => JSON.parse(text))).toEqual([{ event: 'exception', data: problem }]);
  });

  test('GraphQL gets the error itself', () => {
    expect(() => refuse('graphql')).toThrow(AuthError);
  });
});

describe('declarations', () => {
  test('can be read by a test that walks the routes', () => {
    expect(readDeclaredAccess(Routes.prototype.undeclared, Routes)).toEqual({ isPublic: false, rules: [] });
    expect(readDeclaredAccess(Routes.prototype.public, Routes).isPublic).toBe(true);
    const { rules } = readDeclaredAccess(AdminRoutes.prototype.claims, AdminRoutes);
    expect(rules.map(({ name }) => name)).toEqual(['user type admin', 'permission claims:read']);
  });

  test('can not be public and ruled at once', () => {
    const contradict = (): unknown => {
      class Contradiction {
        @Public() @RequireApproved() both(): void {}
      }
      return Contradiction;
    };
    const contradictTheOtherWay = (): unknown => {
      @RequireApproved()
      @Public()
      class Contradiction {}
      return Contradiction;
    };
    expect(contradict).toThrow('exclude each other');
    expect(contradictTheOtherWay).toThrow('exclude each other');
  });
});
