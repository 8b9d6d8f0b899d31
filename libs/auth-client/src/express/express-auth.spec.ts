import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { Router, type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { BARE_ROUTES } from '../../test/bare-routes.js';
import { describeGuard } from '../../test/guard-suite.js';
import { mississippi, startGuardedApp, texas, type RunningApp } from '../../test/guarded-app.js';
import { requireApproved, requirePermissions, requireUserType } from '../access/access-rules.js';
import type { AuthClient } from '../auth-client.js';
import { AuthError, ConfigurationError } from '../auth-error.js';
import { requireTenant } from '../access/authorizer.js';
import { createExpressAuth, type ExpressAuth } from './index.js';

async function listen(app: Express): Promise<RunningApp> {
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

const sendTenant: RequestHandler = (request, response) => {
  response.json({ organisationId: requireTenant(request.auth?.tenant) });
};

function fail(message: string): never {
  throw new Error(message);
}

/** Any application of ours: JSON as others parse it, and our answers to errors at the end. */
const startWith =
  (addRoutes: (app: Express, auth: ExpressAuth) => void) =>
  (client: AuthClient): Promise<RunningApp> => {
    const app = express().use(express.json());
    const auth = createExpressAuth(client);
    addRoutes(app, auth);
    return listen(app.use(auth.handleErrors));
  };

describe('a bare Express application', () => {
  const app = startGuardedApp(
    startWith((express, { access }) => {
      for (const { method, path, access: rules, answer } of BARE_ROUTES) {
        const guards = rules === 'public' ? [] : [access(...rules)];
        express[method](path, ...guards, (request, response) => {
          response.json(answer(request.auth));
        });
      }
    }),
  );
  describeGuard(app);
});

describe('paths', () => {
  const app = startGuardedApp(
    startWith((express, { access }) => {
      express.get('/health', (_request, response) => response.json({}));
      express.use('/admin', access(requireUserType('admin')));
      express.get('/admin/claims', (_request, response) => response.json({ admin: true }));
      express.get('/all-of/*organisationId', access(requirePermissions('claims:read')), sendTenant);
      // A router that is not told the parameters of the path before it (`mergeParams`).
      const claims = Router()
        .get('/claims', access(requirePermissions('claims:read')), sendTenant)
        .get('/name', access(requireApproved()), sendTenant)
        .get('/of/:organisationId', access(requireApproved()), sendTenant)
        .get('/named/:organisation_id', access(requireApproved()), sendTenant);
      express.use('/organisations/:organisationId', access(requireApproved()), claims);
      express.use('/mine', access(requireApproved()), claims);
      const clinics = Router().get('/:organisation_id', access(requireApproved()), sendTenant);
      express.use('/clinics/:organisation_id', access(requireApproved()), clinics);
      express.use('/readers/:organisationId', access(requirePermissions('claims:read')), claims);
      express.use(access(requireApproved()));
      express.get('/below', (request, response) => response.json({ subject: request.auth?.caller.principal.subject }));
    }),
  );
  const denied = { status: 403, code: 'access.denied' };

  test('one `access()` closes everything below it, what is not there too, and nothing above', async () => {
    expect(await app.ask('health', { token: null })).toMatchObject({ status: 200 });
    expect(await app.ask('below', { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await app.ask('nowhere', { token: null })).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await app.ask('below')).toMatchObject({ status: 200, body: { subject: 'test-user' } });
  });

  test.each(['admin/claims', 'ADMIN/claims', 'admin/claims/', 'Admin/Claims?x=1', 'admin/claims#x'])(
    '%s is closed as its route is',
    async (path) => {
      expect(await app.ask(path)).toMatchObject(denied);
      app.give({ user_type: 'admin' });
      expect(await app.ask(path)).toMatchObject({ status: 200, body: { admin: true } });
    },
  );

  test('a route asked for with HEAD is closed too', async () => {
    expect((await fetch(`${app.url}/admin/claims`, { method: 'HEAD' })).status).toBe(401);
    expect((await fetch(`${app.url}/health`, { method: 'HEAD' })).status).toBe(200);
  });

  test('the organisation of a prefix stays that of the routes below', async () => {
    expect(await app.ask('organisations/texas/claims')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    // A member of texas alone, who would be asked about texas if the prefix were forgotten.
    expect(await app.ask('organisations/mississippi/claims')).toMatchObject(denied);
    expect(await app.ask('organisations/texas/of/texas')).toMatchObject({ status: 200 });
    app.give({ memberships: [texas, mississippi] });
    expect(await app.ask('organisations/mississippi/claims')).toMatchObject(denied);
    expect(await app.ask('organisations/texas/of/mississippi')).toMatchObject(denied);
    expect(await app.ask('organisations/texas/named/mississippi')).toMatchObject(denied);
    expect(await app.ask('clinics/texas/mississippi')).toMatchObject(denied);
    expect(await app.ask('clinics/texas/texas')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    expect(await app.ask('organisations/mississippi/name')).toMatchObject({ status: 200, body: { organisationId: 'mississippi' } });
  });

  test('what a rule above proved about the organisation holds below', async () => {
    app.give({ permissions: ['claims:read'] });
    expect(await app.ask('readers/ohio/name')).toMatchObject({ status: 200, body: { organisationId: 'ohio' } });
    expect(await app.ask('organisations/ohio/name')).toMatchObject(denied);
  });

  test('a route below names its organisation where the rule above asked about none or another', async () => {
    expect(await app.ask('mine/of/texas')).toMatchObject({ status: 200, body: { organisationId: 'texas' } });
    expect(await app.ask('mine/of/ohio')).toMatchObject(denied);
    app.give({ permissions: ['claims:read'] });
    expect(await app.ask('organisations/ohio/claims')).toMatchObject({ status: 200, body: { organisationId: 'ohio' } });
  });

  test('a wildcard, which is a list, names no organisation', async () => {
    expect(await app.ask('all-of/texas')).toMatchObject(denied);
    app.give({ permissions: ['claims:read'] });
    expect(await app.ask('all-of/texas/ohio')).toMatchObject(denied);
  });
});

describe('errors', () => {
  const seen: unknown[] = [];
  const app = startGuardedApp(async (client) => {
    const instance = express();
    const auth = createExpressAuth(client);
    instance.use((request, _response, next) => {
      Object.assign(request, { id: 'request-7' });
      next();
    });
    instance.get('/later', auth.access(requireApproved()), async (request, response) => {
      await Promise.resolve();
      response.json({ organisationId: requireTenant(request.auth?.tenant) });
    });
    instance.get('/broken', () => {
      throw new Error('not ours');
    });
    instance.get('/rule', auth.access({ name: 'broken', decide: () => fail('a rule that fails') }), (_request, response) => response.json({}));
    instance.get('/begun', (_request, response) => {
      response.write('{}');
      throw new AuthError('access.denied');
    });
    instance.use(auth.handleErrors);
    const catchOthers: ErrorRequestHandler = (error: Error, _request, response, next) => {
      seen.push(error.message);
      if (response.headersSent) next(error);
      else response.status(500).json({ caught: error.message });
    };
    return listen(instance.use(catchOthers));
  });

  test('of ours are answered also when a handler throws them later, with the id of the request', async () => {
    app.give({ memberships: [texas, mississippi] });
    const answer = await app.ask('later');
    expect(answer).toMatchObject({ status: 403, code: 'access.organisation_required', body: { request_id: 'request-7' } });
  });

  test('of others go on to the next handler, and a rule that fails lets nobody in', async () => {
    expect(await app.ask('broken')).toMatchObject({ status: 500, body: { caught: 'not ours' } });
    expect(await app.ask('rule')).toMatchObject({ status: 500, body: { caught: 'a rule that fails' } });
  });

  test('after the answer has begun go on too', async () => {
    await expect(app.ask('begun')).rejects.toThrow();
    expect(seen).toContain('You may not do this');
  });
});

test('a rule is needed from the start', () => {
  const { access } = createExpressAuth({ authorize: () => fail('nobody asks') });
  expect(() => access()).toThrow(ConfigurationError);
});
