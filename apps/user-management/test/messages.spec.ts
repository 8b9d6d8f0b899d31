import { setTimeout as sleep } from 'node:timers/promises';
import { ModulesContainer } from '@nestjs/core';
import { withToken, readDeclaredAccess } from '@sa-platform/auth-client/nest';
import { USER_CONTEXT_PATTERN } from '@sa-platform/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, createPerson } from './arrange.js';
import { FORGERIES, openBench, type Bench } from './forgeries.js';
import { tokenFor } from './impersonating.js';
import { MessageClient, type MessageAnswer } from './message-client.js';
import { ADMIN, prismaOf } from './people.js';
import { until } from './poll.js';
import { RedisProxy } from './redis-proxy.js';
import { freePort, TestApp } from './test-app.js';
import { engine, redisUrl } from './test-database.js';

const PEOPLE = ['admin', 'tenant-admin', 'biller', 'clinician', 'patient', 'pending', 'suspended', 'deactivated'].map((name) => `${name}@example.com`);
const CALLERS = [...PEOPLE, 'stranger@example.com', 'service', 'service:users:read', 'service:context:read'];
const NOBODY = '00000000-0000-7000-8000-000000000000';
const TRANSPORTS = ['tcp', ...(redisUrl === null || engine === 'pglite' ? [] : ['redis'])] as const;

interface Stage {
  app: TestApp;
  client: MessageClient;
  stop(): Promise<void>;
}

async function startOverTcp(): Promise<Stage> {
  const port = await freePort();
  const app = await TestApp.start({ MESSAGES_TRANSPORT: 'tcp', MESSAGES_PORT: String(port) });
  return { app, client: MessageClient.overTcp(port), stop: () => app.stop() };
}

async function startOverRedis(): Promise<Stage> {
  const app = await TestApp.start({ MESSAGES_TRANSPORT: 'redis', REDIS_URL: redisUrl! });
  return { app, client: MessageClient.overRedis(redisUrl!), stop: () => app.stop() };
}

describe.each(TRANSPORTS)('messages over %s', (transport) => {
  let stage: Stage;
  let app: TestApp;
  let client: MessageClient;
  let bench: Bench;
  beforeAll(async () => {
    stage = await (transport === 'tcp' ? startOverTcp() : startOverRedis());
    ({ app, client } = stage);
    await client.proxy.connect();
    bench = await openBench(app, 'service');
  });
  afterAll(async () => {
    await client.close();
    await stage.stop();
  });

  /** What HTTP answers to the same question. */
  const overHttp = async (userId: string | undefined, token: string) => app.request('GET', `users/${userId ?? 'me'}/context`, { token });

  /** The same bytes, or the same problem but for the number of the request. */
  function expectAlike(answer: MessageAnswer, http: { status: number; text: string; body: MessageAnswer['body'] }): void {
    expect(answer.status).toBe(http.status);
    if (http.status === 200) {
      expect(JSON.stringify(answer.body)).toBe(http.text);
      return;
    }
    const { request_id: ours, ...problem } = answer.body;
    const { request_id: theirs, ...wanted } = http.body;
    expect(problem).toEqual(wanted);
    expect(typeof ours).toBe(typeof theirs);
  }

  it.each(CALLERS)('answer %s what HTTP answers them about everybody', async (who) => {
    const token = await app.token(who);
    const ids = [...(await Promise.all(PEOPLE.map((email) => app.idOf(email)))), NOBODY];
    const statuses = new Set<number>();
    for (const id of ids) {
      const answer = await client.contextOf(id, token);
      expectAlike(answer, await overHttp(id, token));
      statuses.add(answer.status);
    }
    if (who === 'service') expect(statuses).toEqual(new Set([200, 404]));
    if (who === 'service:users:read') expect(statuses).toEqual(new Set([403]));
  });

  it.each(PEOPLE)('answer %s their own context when they name nobody', async (who) => {
    const token = await app.token(who);
    const answer = await client.contextOf(undefined, token);
    expect(answer.status).toBe(200);
    expectAlike(answer, await overHttp(undefined, token));
  });

  it('want a service to name somebody', async () => {
    const { status, body } = await client.contextOf(undefined, await app.token('service'));
    expect({ status, code: body.code, errors: body.errors }).toEqual({
      status: 400,
      code: 'request.invalid',
      errors: [{ field: 'user_id', message: 'is required' }],
    });
  });

  it.each(FORGERIES)('refuse a token %s as HTTP does', async (_, forge, code = 'token.invalid') => {
    const id = await app.idOf('biller@example.com');
    const token = forge(bench);
    const answer = await client.contextOf(id, token);
    expect(answer).toMatchObject({ status: 401, body: { code } });
    expectAlike(answer, await overHttp(id, token));
    expect(JSON.stringify(answer.body)).not.toContain(token.slice(0, 60));
  });

  it('take the token where a client can put it, and none of two', async () => {
    const id = await app.idOf('biller@example.com');
    const token = await app.token('service');
    const authorization = `Bearer ${token}`;
    for (const named of [withToken({}, token), { authorization }, { token }, { metadata: { Authorization: authorization } }]) {
      expect(await client.ask({ user_id: id, ...named })).toMatchObject({ status: 200, body: { user_id: id } });
    }
    for (const twice of [{ authorization, token }, { token, metadata: { authorization } }, { authorization, metadata: { authorization } }]) {
      expect(await client.ask({ user_id: id, ...twice })).toMatchObject({ status: 401, body: { code: 'token.invalid' } });
    }
    for (const none of [{}, { token: 7 }, { token: [token] }, { authorization: token }, { authorization: null }, { headers: { authorization } }, { metadata: [authorization] }]) {
      expect(await client.ask({ user_id: id, ...none })).toMatchObject({ status: 401, body: { code: 'token.missing' } });
    }
  });

  it('refuse what is no such message, name the field, and go on', async () => {
    const id = await app.idOf('biller@example.com');
    const token = await app.token('service');
    const unsigned: unknown[] = [7, 'text', true, [], [{ token }], {}, { user_id: id }];
    for (const payload of unsigned) expect(await client.ask(payload)).toMatchObject({ status: 401, body: { code: 'token.missing' } });
    const wrong: [object, string][] = [
      [{ user_id: 7 }, 'user_id'],
      [{ user_id: null }, 'user_id'],
      [{ user_id: { not: '' } }, 'user_id'],
      [{ user_id: [id] }, 'user_id'],
      [{ user_id: '' }, 'user_id'],
      [{ user_id: "' OR 1=1 --" }, 'user_id'],
      [{ user_id: `${id}\u0000` }, 'user_id'],
      [{ user_id: id, organisation_id: 'texas' }, 'organisation_id'],
      [JSON.parse(`{"user_id":"${id}","__proto__":{"x":1}}`) as object, '__proto__'],
      [JSON.parse(`{"user_id":"${id}","constructor":{}}`) as object, 'constructor'],
    ];
    for (const [payload, field] of wrong) {
      const { status, body } = await client.ask(JSON.parse(JSON.stringify(payload).replace(/\}$/, `,"token":"${token}"}`)));
      expect({ status, code: body.code, field: body.errors[0].field }).toEqual({ status: 400, code: 'request.invalid', field });
    }
    expect(await client.contextOf(id, token)).toMatchObject({ status: 200 });
  });

  it('count a change of status with the very next message', async () => {
    const person = await createPerson(app, [{ organisation_id: 'texas', role_key: 'BILLER' }]);
    const token = await app.token(person.email);
    expect(await client.contextOf(person.id, token)).toMatchObject({ status: 200, body: { status: 'active' } });
    await asAdmin(app, 'DELETE', `admin/users/${person.id}`);
    expect(await client.contextOf(person.id, token)).toMatchObject({ status: 403, body: { code: 'user.not_active' } });
    expect(await client.contextOf(person.id, await app.token('service'))).toMatchObject({
      status: 200,
      body: { status: 'deactivated', permissions: [], memberships: [{ permissions: [], products: [] }] },
    });
  });

  it('know who acts as a user, write it down, and end with it', async () => {
    const person = await createPerson(app, [{ organisation_id: 'texas', role_key: 'BILLER' }]);
    const token = await tokenFor(app, person.id);
    expect(await client.contextOf(person.id, token)).toMatchObject({ status: 200, body: { user_id: person.id } });
    const entries = await prismaOf(app).auditEntry.findMany({ where: { action: 'IMPERSONATED_REQUEST', actorId: person.id } });
    expect(entries).toEqual([expect.objectContaining({ impersonatorId: await app.idOf(ADMIN), requestId: expect.any(String) })]);
    expect(JSON.parse(entries[0]!.stateAfter!)).toMatchObject({ method: 'MESSAGE', route: USER_CONTEXT_PATTERN });
    await asAdmin(app, 'DELETE', `admin/users/${person.id}/impersonation`);
    expect(await client.contextOf(person.id, token)).toMatchObject({ status: 401, body: { code: 'impersonation.ended' } });
  });

  it('declare who may send them', () => {
    const controllers = [...app.nest.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
    const handlers = controllers.flatMap(({ metatype }) => {
      const prototype = (metatype as { prototype: Record<string, object> }).prototype;
      return Object.getOwnPropertyNames(prototype)
        .map((name) => prototype[name])
        .filter((handler) => typeof handler === 'function' && Reflect.hasMetadata('microservices:pattern', handler))
        .map((handler) => readDeclaredAccess(handler!, metatype as object));
    });
    expect(handlers).toEqual([{ isPublic: false, rules: [expect.objectContaining({ name: expect.stringContaining('context:read') })] }]);
  });

  it('are part of the readiness', async () => {
    expect((await app.request('GET', '/health/ready')).body).toMatchObject({ status: 'ok', checks: { messages: 'ok' } });
  });
});

// Holding a table back from its readers takes a server; Redis is asked for as a second transport.
(engine === 'postgresql' && redisUrl !== null ? describe : describe.skip)('a message', () => {
  let stage: Stage | null = null;
  let proxy: RedisProxy;
  let client: MessageClient;
  beforeAll(async () => {
    proxy = await RedisProxy.start(redisUrl!);
  });
  afterEach(async () => {
    await client.close();
    await stage?.stop();
    stage = null;
  });
  afterAll(() => proxy.cut());

  it.each(TRANSPORTS)('that is in flight over %s when the service stops is answered', async (transport) => {
    stage = await (transport === 'tcp' ? startOverTcp() : startOverRedis());
    ({ client } = stage);
    const { app } = stage;
    const token = await app.token('service');
    const id = await app.idOf('biller@example.com');
    await client.contextOf(id, token);
    const other = await app.database.open();
    const asked = await other.prisma.$transaction(async (locked) => {
      await locked.$executeRawUnsafe('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
      const question = client.contextOf(id, token);
      await sleep(300);
      const closed = app.nest.close();
      await sleep(300);
      return { question, closed };
    });
    expect(await asked.question).toMatchObject({ status: 200, body: { user_id: id } });
    await asked.closed;
    await other.close();
  });

  it('over Redis is answered again once Redis is back, also when it was away at the start', async () => {
    await proxy.cut();
    const app = await TestApp.start({ MESSAGES_TRANSPORT: 'redis', REDIS_URL: proxy.url });
    stage = { app, client: MessageClient.overRedis(redisUrl!), stop: () => app.stop() };
    ({ client } = stage);
    const token = await app.token('service');
    const id = await app.idOf('biller@example.com');
    expect((await app.request('GET', '/health/ready')).body).toMatchObject({ status: 'degraded', checks: { messages: 'down' } });
    const answers = () => client.ask({ user_id: id, token }, USER_CONTEXT_PATTERN, 300).then(({ status }) => status, () => null);
    expect(await answers()).toBeNull();
    for (const lose of [() => proxy.cut(), () => proxy.freeze()]) {
      await proxy.cut();
      await proxy.open();
      await until(answers, (status) => status === 200);
      await lose();
      expect(await answers()).toBeNull();
      expect((await app.request('GET', '/health/live')).status).toBe(200);
    }
    await until(answers, (status) => status === 200);
  });
});
