import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../src/app.module.js';
import { BASE_PATH } from '../src/app.setup.js';
import { Config } from '../src/platform/config/config.js';
import { Database } from '../src/platform/database/database.js';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { anonymous, listFastifyRoutes, listHandlers, OUTSIDE_GUARDS } from './service-routes.js';
import { TestApp } from './test-app.js';

const PUBLIC = ['GET /health/live', 'GET /health/ready', 'GET /metrics', `GET /${BASE_PATH}/.well-known/jwks.json`, `GET /${BASE_PATH}/asyncapi.json`];
/** DESIGN 3.1: what somebody who isn't active may still ask; and whoever waits, for what is kept about them. */
const OPEN_TO = {
  'pending@example.com': ['GET users/me', 'GET users/me/context', 'GET users/me/export'],
  'suspended@example.com': ['GET users/me/context'],
  'deactivated@example.com': ['GET users/me/context'],
};
/** Like an id; nobody has it. */
const NOBODY = '00000000-0000-7000-8000-000000000000';

@Controller('scratch')
class ScratchController {
  @Get()
  answer() {
    return 'open';
  }
}

@Module({ controllers: [ScratchController] })
class ScratchModule {}

describe('routes', () => {
  let app: TestApp;
  let guarded: { method: string; path: string }[];
  beforeAll(async () => {
    app = await TestApp.start();
    guarded = listHandlers(app)
      .filter(({ route }) => !PUBLIC.includes(route))
      .map(({ route }) => {
        const [method = '', path = ''] = route.split(' ');
        return { method, path: path.replace(`/${BASE_PATH}/`, '').replace(/:\w+/g, NOBODY) };
      });
  });
  afterAll(() => app.stop());

  async function answersOf(token: string | null, routes = guarded): Promise<Record<string, string>> {
    const answers: Record<string, string> = {};
    for (const { method, path } of routes) {
      const { status, body } = await app.request(method, path, { token, ...(method === 'GET' ? {} : { json: {} }) });
      answers[`${method} ${path}`] = `${status} ${String(body?.code ?? '')}`.trim();
    }
    return answers;
  }

  it('are served by handlers, but for the API description and the mock issuer', () => {
    const served = listFastifyRoutes(app).filter((route) => !OUTSIDE_GUARDS.test(route.split(' ')[1] ?? ''));
    expect(served).toEqual(listHandlers(app).map(({ route }) => anonymous(route)).sort());
    expect(served.length).toBeGreaterThan(30);
  });

  it('each declare who may call them; only health, our keys and the list of events are public', () => {
    const handlers = listHandlers(app);
    expect(handlers.filter(({ access }) => access.isPublic).map(({ route }) => route).sort()).toEqual(PUBLIC);
    const undeclared = handlers.filter(({ access }) => !access.isPublic && access.rules.length === 0);
    expect(undeclared.map(({ name }) => name)).toEqual([]);
  });

  it('answer 401 without a token, and with what is none', async () => {
    expect(new Set(Object.values(await answersOf(null)))).toEqual(new Set(['401 token.missing']));
    expect(new Set(Object.values(await answersOf('not-a-token')))).toEqual(new Set(['401 token.invalid']));
  });

  it.each(Object.entries(OPEN_TO))('refuse %s everywhere but where the design says', async (email, open) => {
    const before = await dumpDatabase(app);
    const answers = await answersOf(await app.token(email));
    const passed = Object.entries(answers).filter(([, answer]) => answer === '200');
    expect(passed.map(([route]) => route).sort()).toEqual(open);
    const refused = Object.entries(answers).filter(([route]) => !open.includes(route));
    expect(refused.filter(([, answer]) => answer !== '403 user.not_active')).toEqual([]);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
  });

  it('under /admin refuse a plain patient, a biller and a service', async () => {
    const admin = guarded.filter(({ path }) => path.startsWith('admin/'));
    expect(admin.length).toBeGreaterThan(20);
    const everyScope = 'service:context:read users:read contact:read permissions:register events:read';
    for (const who of ['patient@example.com', 'biller@example.com', everyScope]) {
      const answers = await answersOf(await app.token(who), admin);
      expect(Object.entries(answers).filter(([, answer]) => answer !== '403 access.denied')).toEqual([]);
    }
  });

  it('without a declaration are closed, also to a platform admin', async () => {
    const token = await app.token('admin@example.com');
    const scratch = await startWithScratch(app);
    const ask = async (path: string, bearer?: string) => {
      const headers = bearer ? { authorization: `Bearer ${bearer}` } : {};
      const { statusCode, body } = await scratch.inject({ method: 'GET', url: path, headers });
      return `${statusCode} ${(JSON.parse(body) as { code?: string }).code ?? ''}`.trim();
    };
    try {
      expect(await ask('/users/me', token)).toBe('200');
      expect(await ask('/scratch', token)).toBe('403 access.undeclared');
      expect(await ask('/scratch')).toBe('401 token.missing');
    } finally {
      await scratch.close();
    }
  });
});

/** The service's modules with one controller more, over the same database and issuer. */
async function startWithScratch(app: TestApp): Promise<NestFastifyApplication> {
  // The database belongs to the other application, which closes it.
  const connection = { ...app.nest.get(Database).connection, close: () => Promise.resolve() };
  const service = AppModule.with(app.nest.get(Config), connection);
  const module = { ...service, imports: [...(service.imports ?? []), ScratchModule] };
  const scratch = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  await scratch.init();
  return scratch;
}
