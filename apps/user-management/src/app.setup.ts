import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { MockIdentity } from './modules/identity/mock-identity.js';
import type { Config } from './platform/config/config.js';
import type { Connection } from './platform/database/engines/connection.js';
import { AppError } from './platform/errors/app-error.js';
import { sendProblem } from './platform/errors/problem.filter.js';
import { MetricsService } from './platform/health/metrics.service.js';
import { mountAdminUi } from './platform/http/admin-ui.js';
import { BASE_PATH } from './platform/http/base-path.js';
import { BODY_LIMIT_BYTES } from './platform/http/body-limit.js';
import { streamCsvBodies } from './platform/http/csv-body.js';
import { runInRequest } from './platform/http/current-request.js';
import { readJsonBodies } from './platform/http/json-body.js';
import { mountOpenApi } from './platform/http/openapi.js';
import { isPrintable } from './platform/http/validation.js';
import { FastifyLogger } from './platform/logging/fastify-logger.js';
import { connectMessages } from './platform/messages/connect-messages.js';
import { DrainingAdapter } from './platform/shutdown/draining-adapter.js';
import { HttpDrain } from './platform/shutdown/http-drain.js';
import { Shutdown } from './platform/shutdown/shutdown.js';

/** An external id has up to 255 characters, and each may be percent-encoded; Fastify stops at 100. */
const LONGEST_PATH_PARAMETER = 255 * 3;

export { BASE_PATH };

/** The application as `main` and the tests run it: pipes, filters, guards, OpenAPI and the mock issuer. */
export async function createApp(config: Config, connection: Connection): Promise<NestFastifyApplication> {
  const adapter = new DrainingAdapter({
    logger: { level: config.logLevel },
    // Addresses hold search terms; `observe` logs the route instead.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: LONGEST_PATH_PARAMETER },
    genReqId: () => randomUUID(),
    // Slow clients hold a connection for ever otherwise (STACK facts).
    requestTimeout: 5_000,
    // Node answers 431 to headers above its limit; a token of 64 KB is to be refused as what it is, with 401.
    http: { headersTimeout: 4_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 128 * 1024 },
    frameworkErrors: sendProblem,
  });
  const fastify: FastifyInstance = adapter.getInstance<FastifyInstance>();
  fastify.removeContentTypeParser('text/plain');
  readJsonBodies(fastify);
  streamCsvBodies(fastify, `/${BASE_PATH}/admin/users/import`);
  fastify.addHook('onRequest', addCommonHeaders);
  fastify.addHook('preHandler', refuseBrokenPath);
  // After the body: what is read from the socket runs as if outside.
  fastify.addHook('preHandler', ({ id, method, routeOptions }, _reply, done) => {
    runInRequest({ id, method, route: routeOptions.url ?? null }, done);
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, connection), adapter, {
    bodyParser: false,
    logger: new FastifyLogger(fastify.log),
  });
  app.setGlobalPrefix(BASE_PATH, { exclude: ['health/live', 'health/ready', 'metrics'] });
  const shutdown = app.get(Shutdown);
  new HttpDrain(fastify.server, shutdown);
  adapter.drainWith(() => shutdown.drain());
  observe(fastify, app.get(MetricsService));
  if (config.identity.provider === 'mock') await mountMockIdentity(fastify, app.get(MockIdentity));
  mountOpenApi(app, BASE_PATH);
  await mountAdminUi(fastify, config.adminUi);
  await connectMessages(app, config.messages);
  return app;
}

/** Serves requests, and messages where they are configured; who is ready for the one is ready for the other. */
export async function listen(app: NestFastifyApplication, { http }: Config): Promise<void> {
  await app.init();
  await app.startAllMicroservices();
  await app.listen(http.port, http.host);
}

function addCommonHeaders(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  // Answers are about persons, and some hold a one-time password: no cache between us and the caller keeps them.
  void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
  done();
}

/** No id holds control characters, and PostgreSQL refuses NUL: such a path leads nowhere. */
function refuseBrokenPath(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const values = Object.values((request.params ?? {}) as Record<string, string>);
  done(values.every(isPrintable) ? undefined : new AppError('request.not_found'));
}

function observe(fastify: FastifyInstance, metrics: MetricsService): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    metrics.observe({ method: request.method, route, status: reply.statusCode, seconds });
    request.log.debug({ method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime }, 'answered');
    done();
  });
}

/** The issuer reads bodies itself, so its routes are without parsers of ours. */
async function mountMockIdentity(fastify: FastifyInstance, identity: MockIdentity): Promise<void> {
  await fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    const handle = (request: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      identity.issuer.handle(request.raw, reply.raw);
    };
    scope.all('/mock-idp', handle);
    scope.all('/mock-idp/*', handle);
    done();
  });
}
