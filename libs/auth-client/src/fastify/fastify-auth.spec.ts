import fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions } from 'fastify';
import { BARE_ROUTES } from '../../test/bare-routes.js';
import { describeGuard } from '../../test/guard-suite.js';
import { createTestClient, startGuardedApp, type RunningApp } from '../../test/guarded-app.js';
import { requireApproved, requirePermissions, requireUserType } from '../access/access-rules.js';
import { createAuthClient, type AuthClient } from '../auth-client.js';
import { requireTenant } from '../access/authorizer.js';
import { startFakeUserManagement, startTestIssuer } from '../testing/index.js';
import { fastifyAuth, handleAuthErrors } from './index.js';

/** Any application of ours. */
const startWith =
  (addRoutes: (app: FastifyInstance) => unknown, options: FastifyServerOptions = {}) =>
  async (client: AuthClient): Promise<RunningApp> => {
    const app = fastify(options);
    await app.register(fastifyAuth, { client });
    app.setErrorHandler(handleAuthErrors);
    await addRoutes(app);
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  };

describe('a bare Fastify application', () => {
  const app = startGuardedApp(
    startWith((instance) => {
      instance.get('/undeclared', () => ({}));
      for (const { method, path, access, answer } of BARE_ROUTES) {
        instance[method](path, { config: { access } }, (request) => answer(request.auth ?? undefined));
      }
    }),
  );
  describeGuard(app);

  test('closes a route that declares nothing: 401 without a token, 403 with one, services included', async () => {
    expect(await app.ask('undeclared', { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await app.ask('undeclared')).toMatchObject({ status: 403, code: 'access.undeclared' });
    const service = app.issuer.issueForService('jobs', ['context:read']);
    expect(await app.ask('undeclared', { token: service })).toMatchObject({ status: 403, code: 'access.undeclared' });
  });

  test('answers 404 where no route is, with a token and without', async () => {
    expect(await app.ask('nowhere', { token: null })).toMatchObject({ status: 404 });
    expect(await app.ask('nowhere')).toMatchObject({ status: 404 });
    expect(await app.ask('claims', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });

  test('closes the HEAD of a route as its GET', async () => {
    const head = async (path: string): Promise<number> => (await fetch(`${app.url}/${path}`, { method: 'HEAD' })).status;
    expect(await head('public')).toBe(200);
    expect(await head('claims')).toBe(401);
    expect(await head('undeclared')).toBe(401);
  });
});

describe('plugins', () => {
  const served: string[] = [];
  beforeEach(() => {
    served.length = 0;
  });
  const app = startGuardedApp(async (client) => {
    const instance = fastify();
    const answer = (request: FastifyRequest): object => {
      served.push(request.url);
      return { auth: request.auth };
    };
    // An answer on its way for a while: the handler behind must not be run meanwhile.
    const slowly = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
    instance.addHook('onSend', slowly);
    instance.get('/earlier', answer);
    instance.get('/earlier-public', { config: { access: 'public' } }, answer);
    instance.get('/earlier-malformed', { config: { access: ['public'] as never } }, answer);
    await instance.register((child, _options, done) => {
      child.get('/earlier-child', answer);
      child.get('/earlier-child-approved', { config: { access: [requireApproved()] } }, answer);
      done();
    });
    await instance.register(fastifyAuth, { client });
    await instance.register(
      (child, _options, done) => {
        child.get('/undeclared', answer);
        child.get('/approved', { config: { access: [requireApproved()] } }, answer);
        child.setNotFoundHandler((_request, reply) => reply.code(404).send({ child: true }));
        done();
      },
      { prefix: '/child' },
    );
    return { url: await instance.listen({ port: 0, host: '127.0.0.1' }), close: () => instance.close() };
  });

  test.each(['earlier', 'earlier-malformed', 'earlier-child', 'child/undeclared'])('%s is closed', async (path) => {
    expect(await app.ask(path, { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await app.ask(path)).toMatchObject({ status: 403, code: 'access.undeclared' });
    expect(served).toEqual([]);
  });

  test('a refusal is problem+json without any error handler', async () => {
    const { headers, body } = await app.ask('earlier', { token: null });
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({ type: 'urn:sa-platform:problem:token.missing', request_id: expect.stringMatching(/./) });
  });

  test.each(['earlier-child-approved', 'child/approved'])('%s is open to whom its rule lets in', async (path) => {
    expect(await app.ask(path, { token: null })).toMatchObject({ status: 401 });
    expect(await app.ask(path)).toMatchObject({ status: 200 });
  });

  test('what was declared before the plugin came counts, and 404 stays what a plugin makes of it', async () => {
    expect(await app.ask('earlier-public', { token: null })).toMatchObject({ status: 200, body: { auth: null } });
    expect(await app.ask('child/nowhere', { token: null })).toMatchObject({ status: 404, body: { child: true } });
  });
});

describe('tricks with the path', () => {
  const routes = (instance: FastifyInstance): void => {
    instance.get('/admin', { config: { access: [requireUserType('admin')] } }, () => ({ admin: true }));
    instance.get('/admin', { constraints: { version: '2.0.0' }, config: { access: 'public' } }, () => ({ admin: false }));
    instance.get('/organisations/:organisationId', { config: { access: [requirePermissions('claims:read')] } }, ({ auth }) => ({
      organisationId: requireTenant(auth?.tenant),
    }));
    instance.get('/:area', { config: { access: 'public' } }, () => ({ admin: false }));
  };
  const routerOptions = { caseSensitive: false, ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, useSemicolonDelimiter: true };
  const app = startGuardedApp(startWith(routes, { routerOptions }));

  test.each(['admin', '%61dmin', 'ADMIN', 'admin/', '/admin', 'admin?x=1', 'admin;x=1', '%41dmin/'])(
    '%s leads to the route and its rule',
    async (path) => {
      expect(await app.ask(path)).toMatchObject({ status: 403, code: 'access.denied' });
      app.give({ user_type: 'admin' });
      expect(await app.ask(path)).toMatchObject({ status: 200, body: { admin: true } });
    },
  );

  test('each version of a route has its own declaration', async () => {
    expect(await app.ask('admin', { token: null, headers: { 'accept-version': '2.0.0' } })).toMatchObject({ status: 200, body: { admin: false } });
    expect(await app.ask('admin', { token: null })).toMatchObject({ status: 401 });
  });

  test('an organisation is the decoded one', async () => {
    expect(await app.ask('organisations/%74exas')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    expect(await app.ask('organisations/texas%2Fx')).toMatchObject({ status: 403, code: 'access.denied' });
  });
});

describe('errors', () => {
  const app = startGuardedApp(
    startWith(
      (instance) => {
        instance.get('/tenant', { config: { access: [requireApproved()] } }, ({ auth }) => requireTenant(auth?.tenant));
        instance.get('/broken', { config: { access: 'public' } }, () => fail('not ours'));
        instance.get('/rule', { config: { access: [{ name: 'broken', decide: () => fail('a rule that fails') }] } }, () => ({}));
      },
      { genReqId: () => 'request-7' },
    ),
  );

  test('of ours carry the id of the request, from the plugin and from handlers', async () => {
    expect(await app.ask('tenant', { token: null })).toMatchObject({ status: 401, body: { request_id: 'request-7' } });
    app.give({});
    const answer = await app.ask('tenant');
    expect(answer).toMatchObject({ status: 403, code: 'access.organisation_required', body: { request_id: 'request-7' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  test('of others stay as they are, and a rule that fails lets nobody in', async () => {
    expect(await app.ask('broken')).toMatchObject({ status: 500, body: { message: 'not ours' } });
    expect(await app.ask('rule')).toMatchObject({ status: 500, body: { message: 'a rule that fails' } });
  });
});

describe('with the application', () => {
  test.each([[[]], ['Public'], [{}], [[requireApproved]], [['public']], [[null]], [null], [[{ decide: () => null }]]])('a route that declares %j does not get in', async (access) => {
    const issuer = await startTestIssuer();
    const users = await startFakeUserManagement();
    const instance = fastify();
    void instance.register(fastifyAuth, { client: createTestClient(issuer, users) });
    await instance.after();
    const add = (): unknown => instance.get('/claims', { config: { access: access as never } }, () => ({}));
    expect(add).toThrow('config.access of GET /claims must be');
    await instance.close();
    await Promise.all([issuer.close(), users.close()]);
  });

  test('the client starts and closes', async () => {
    const issuer = await startTestIssuer();
    const users = await startFakeUserManagement();
    const steps: string[] = [];
    const events = { open: () => void steps.push('opened'), close: () => Promise.resolve(void steps.push('closed')) };
    const client = createAuthClient({ verifier: issuer.verifierOptions, userManagementUrl: users.baseUrl, events });
    const instance = fastify();
    await instance.register(fastifyAuth, { client });
    expect(instance.pluginName).toContain('@sa-platform/auth-client');
    expect(steps).toEqual([]);
    await instance.ready();
    expect(steps).toEqual(['opened']);
    await instance.close();
    expect(steps).toEqual(['opened', 'closed']);
    await Promise.all([issuer.close(), users.close()]);
  });
});

function fail(message: string): never {
  throw new Error(message);
}
