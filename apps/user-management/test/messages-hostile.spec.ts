import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { JsonSocket } from '@nestjs/microservices';
import { USER_CONTEXT_PATTERN } from '@sa-platform/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { MessageClient } from './message-client.js';
import { unique } from './people.js';
import { until } from './poll.js';
import { Replica } from './rolling/replica.js';
import { freePort } from './test-app.js';
import { createTestDatabase, engine, redisUrl, type TestDatabase } from './test-database.js';

const TOO_LONG = 300 * 1024;
/** Deeper than a recursive reader could go. */
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const SECRET = 'hostile-secret';

interface Packet {
  id?: unknown;
  [member: string]: unknown;
}

// A process of its own, to see that it goes on and what it logs.
(engine === 'pglite' ? describe.skip : describe)('a service that hears messages from anybody', () => {
  let database: TestDatabase;
  let overTcp: Replica;
  let port: number;
  let token: string;
  let userId: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    port = await freePort();
    overTcp = await Replica.create(database, { MESSAGES_TRANSPORT: 'tcp', MESSAGES_PORT: String(port), LOG_LEVEL: 'debug' });
    await overTcp.start();
    token = await tokenOf('admin@example.com');
    userId = ((await fetch(`${overTcp.url}/v1/user-management/users/me`, { headers: { authorization: `Bearer ${token}` } }).then((answer) => answer.json())) as { id: string }).id;
  });
  afterAll(async () => {
    await overTcp.kill();
    await database.drop();
  });

  async function tokenOf(email: string): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${overTcp.url}/mock-idp/dev-token`, { method: 'POST', headers, body: JSON.stringify({ email }) });
    return ((await answer.json()) as { access_token: string }).access_token;
  }

  /** A connection of somebody who speaks the protocol, or not. */
  async function open(): Promise<{ socket: Socket; heard: Packet[]; closed: Promise<unknown> }> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const heard: Packet[] = [];
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await once(socket, 'connect');
    new JsonSocket(socket).on('message', (packet: Packet) => heard.push(packet));
    return { socket, heard, closed };
  }
  const frame = (json: string) => `${json.length}#${json}`;
  const question = (id: string) => frame(JSON.stringify({ id, pattern: USER_CONTEXT_PATTERN, data: { user_id: userId, token } }));

  async function expectServing(): Promise<void> {
    const { socket, heard } = await open();
    socket.write(question('serving'));
    await until(() => heard, ({ length }) => length === 1);
    expect(heard[0]).toMatchObject({ id: 'serving', response: { user_id: userId }, isDisposed: true });
    socket.destroy();
    expect(overTcp.hasEnded).toBe(false);
  }

  const REFUSED: [name: string, packet: Packet, code: string][] = [
    ['of an unknown pattern', { pattern: 'user-management.users.secrets', data: {} }, 'request.not_found'],
    ['of a pattern that is a member of every object', { pattern: 'constructor', data: {} }, 'request.not_found'],
    ['of a pattern that is an object', { pattern: { cmd: USER_CONTEXT_PATTERN }, data: {} }, 'request.not_found'],
    ['without a pattern', { data: {} }, 'request.not_found'],
    ['without a payload', { pattern: USER_CONTEXT_PATTERN }, 'token.missing'],
    ['with null as payload', { pattern: USER_CONTEXT_PATTERN, data: null }, 'token.missing'],
    ['with a text as metadata', { pattern: USER_CONTEXT_PATTERN, data: { metadata: SECRET }, metadata: SECRET }, 'token.missing'],
    ['with a token that is none', { pattern: USER_CONTEXT_PATTERN, data: { token: SECRET } }, 'token.invalid'],
  ];

  it.each(REFUSED)('refuses one %s', async (_, packet, code) => {
    const { socket, heard } = await open();
    socket.write(frame(JSON.stringify({ id: 'refused', ...packet })));
    await until(() => heard, ({ length }) => length === 1);
    expect(heard[0]).toMatchObject({ id: 'refused', err: { code, status: expect.any(Number), detail: expect.any(String), request_id: expect.any(String) }, isDisposed: true });
    socket.destroy();
    await expectServing();
  });

  it.each<[string, string]>([
    ['JSON that is none', frame(`{${SECRET}`)],
    ['a length that is none', `${SECRET}#{}`],
    ['a length below nothing', `-1#{}`],
    ['a message longer than any', frame(JSON.stringify({ id: 'long', data: 'x'.repeat(2 * TOO_LONG) }))],
    ['a length without end', '9'.repeat(2 * TOO_LONG)],
  ])('ends the connection that brings %s', async (_, bytes) => {
    const { socket, closed } = await open();
    socket.write(bytes);
    await closed;
    await expectServing();
  });

  it.each<[string, () => string]>([
    ['null', () => frame('null')],
    ['a number', () => frame('7')],
    ['a list', () => frame('[]')],
    ['an id that is no text', () => frame(JSON.stringify({ id: { not: '' }, pattern: USER_CONTEXT_PATTERN, data: { token } }))],
    ['an id longer than any', () => frame(JSON.stringify({ id: 'x'.repeat(10_000), pattern: USER_CONTEXT_PATTERN, data: { token } }))],
    ['nothing to answer to', () => frame(JSON.stringify({ pattern: USER_CONTEXT_PATTERN, data: { user_id: userId, token } }))],
    ['an event that nobody hears', () => frame(JSON.stringify({ pattern: 'constructor', data: {} }))],
  ])('leaves %s unanswered, and answers what follows on the connection', async (_, bytes) => {
    const { socket, heard } = await open();
    socket.write(bytes() + question('next'));
    await until(() => heard, ({ length }) => length === 1);
    expect(heard).toMatchObject([{ id: 'next', response: { user_id: userId } }]);
    socket.destroy();
  });

  it('answers what is nested deeper than anybody reads', async () => {
    const { socket, heard } = await open();
    for (const data of [`{"user_id":${DEEP},"token":"${token}"}`, `{"metadata":${DEEP}}`, DEEP]) socket.write(frame(`{"id":"deep","pattern":"${USER_CONTEXT_PATTERN}","data":${data}}`));
    socket.write(frame(`{"id":"deep","pattern":${DEEP},"data":{}}`));
    await until(() => heard, ({ length }) => length === 4);
    expect(heard.map(({ err }) => (err as { code: string }).code).sort()).toEqual(['request.invalid', 'request.not_found', 'token.missing', 'token.missing']);
    socket.destroy();
  });

  it('answers many at once over one connection, and outlives who does not read or goes away', async () => {
    const { socket, heard } = await open();
    socket.write(Array.from({ length: 300 }, (_, index) => question(String(index))).join(''));
    await until(() => heard, ({ length }) => length === 300);
    expect(heard.every(({ response, err }) => (response as { user_id?: string } | undefined)?.user_id === userId || (err as { code?: string } | undefined)?.code === 'service.overloaded')).toBe(true);
    socket.pause();
    socket.write(Array.from({ length: 300 }, (_, index) => question(String(index))).join(''));
    socket.resetAndDestroy();
    await expectServing();
  });

  (redisUrl === null ? it.skip : it)('hears nothing over Redis that brings it down', async () => {
    const replica = await Replica.create(database, { MESSAGES_TRANSPORT: 'redis', REDIS_URL: redisUrl!, LOG_LEVEL: 'debug' }, overTcp.url);
    await replica.start();
    const sender = new Redis(redisUrl!);
    const subscriber = new Redis(redisUrl!);
    const answers = new Map<string, { err?: { code: string }; response?: { user_id: string } }>();
    subscriber.on('message', (_channel, text) => {
      const packet = JSON.parse(text) as { id: string; err?: { code: string }; response?: { user_id: string } };
      answers.set(packet.id, packet);
    });
    await subscriber.subscribe(`${USER_CONTEXT_PATTERN}.reply`);
    const [long, empty, other, good] = [unique('long'), unique('empty'), unique('other'), unique('good')];
    const data = { user_id: userId, token };
    const packets = [
      ...['', SECRET, `{${SECRET}`, 'null', '7', '[]', DEEP, '{}', JSON.stringify({ pattern: USER_CONTEXT_PATTERN, data })],
      JSON.stringify({ pattern: USER_CONTEXT_PATTERN, data: { token: 'x'.repeat(TOO_LONG) }, id: long }),
      JSON.stringify({ pattern: USER_CONTEXT_PATTERN, id: empty }),
      // The channel says what it is about.
      JSON.stringify({ pattern: 'something.else', data: {}, id: other }),
      JSON.stringify({ pattern: USER_CONTEXT_PATTERN, data, id: good }),
    ];
    for (const packet of packets) await sender.publish(USER_CONTEXT_PATTERN, packet);
    await until(() => answers, () => [long, empty, other, good].every((id) => answers.has(id)));
    expect(answers.get(long)?.err?.code).toBe('request.too_large');
    expect(answers.get(empty)?.err?.code).toBe('token.missing');
    expect(answers.get(other)?.err?.code).toBe('token.missing');
    expect(answers.get(good)?.response?.user_id).toBe(userId);
    sender.disconnect();
    subscriber.disconnect();
    expect(replica.output).not.toContain(SECRET);
    expect(replica.output).not.toContain(token.slice(0, 40));
    expect((await replica.stop()).code).toBe(0);
  });

  it('has logged nothing that was sent, and stops as it should', async () => {
    const client = MessageClient.overTcp(port);
    expect(await client.contextOf(userId, token)).toMatchObject({ status: 200 });
    await client.close();
    expect(overTcp.output).not.toContain(SECRET);
    expect(overTcp.output).not.toContain(token.slice(0, 40));
    expect((await overTcp.stop()).code).toBe(0);
  });
});
