import 'reflect-metadata';
import type { INestMicroservice } from '@nestjs/common';
import { KafkaContext, MqttContext, NatsContext, RmqContext, TcpContext } from '@nestjs/microservices';
import { createTestClient, mississippi, texas } from '../../test/guarded-app.js';
import { DirectServer } from '../../test/direct-server.js';
import { heard, Messages, named } from '../../test/guarded-messages.js';
import { LoggerInMemory, startMicroservice } from '../../test/nest-app.js';
import { buildContext, startFakeUserManagement, startTestIssuer, type FakeUserManagement, type TestIssuer } from '../testing/index.js';
import { tokenMetadata, withToken } from './index.js';

const server = new DirectServer();
const logger = new LoggerInMemory();
let issuer: TestIssuer;
let users: FakeUserManagement;
let service: INestMicroservice;
beforeAll(async () => {
  issuer = await startTestIssuer();
  users = await startFakeUserManagement();
  service = await startMicroservice({ client: createTestClient(issuer, users) }, [Messages], { strategy: server }, logger);
});
afterAll(async () => {
  await service.close();
  await Promise.all([issuer.close(), users.close()]);
});
beforeEach(() => {
  heard.length = 0;
  logger.warnings.length = 0;
  users.setBehaviour('answer');
  users.setContext('test-user', buildContext({ memberships: [texas, mississippi] }));
});

const send = (context: object | undefined, pattern = 'claims', payload: unknown = { claimId: 7 }): Promise<unknown> =>
  server.deliver(named(pattern), payload, context);

type Fields = Record<string, string | string[] | Buffer | Buffer[]>;

/** `MsgHdrs` of NATS: pairs of a name and its values, names as they were sent. */
const natsHeaders = (fields: Fields): Iterable<[string, unknown]> => Object.entries(fields).map(([name, value]) => [name, [value].flat()]);

/** `Metadata` of gRPC: names in lower case, each with all of its values. */
class CallMetadata {
  readonly #fields: Map<string, unknown[]>;
  constructor(fields: Fields) {
    this.#fields = new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), [value].flat()]));
  }
  get(name: string): unknown[] {
    return this.#fields.get(name) ?? [];
  }
  getMap(): object {
    return Object.fromEntries([...this.#fields].map(([name, [first]]) => [name, first]));
  }
}

const kafka = (headers: object): KafkaContext => {
  const message = { headers } as never;
  return new KafkaContext([message, 0, 'topic', {} as never, () => Promise.resolve(), {} as never]);
};
const bytes = (fields: Fields): object =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.map((one) => Buffer.from(one)) : Buffer.from(value)]));

const CONTEXTS: [string, (fields: Fields) => object][] = [
  ['RabbitMQ', (fields) => new RmqContext([{ properties: { headers: fields } }, {}, 'pattern'])],
  ['Kafka', kafka],
  ['Kafka with bytes', (fields) => kafka(bytes(fields))],
  ['MQTT 5', (fields) => new MqttContext(['topic', { properties: { userProperties: fields } }])],
  ['NATS', (fields) => new NatsContext(['subject', natsHeaders(fields)])],
  ['gRPC', (fields) => new CallMetadata(fields)],
];

describe.each(CONTEXTS)('over %s', (name, contextOf) => {
  const isGrpc = name === 'gRPC';
  /** gRPC has numbers instead of problems. */
  const problem = (status: number, code: string): unknown =>
    isGrpc
      ? { code: status === 401 ? 16 : 7, details: expect.stringMatching(new RegExp(`^${code}: .`)) }
      : expect.objectContaining({ status, code });

  test('the token and the organisation are in the metadata of the message', async () => {
    const answer = await send(contextOf(tokenMetadata(issuer.issue(), 'texas')));
    expect(answer).toEqual({ organisationId: 'texas', payload: { claimId: 7 } });
    await expect(send(contextOf(tokenMetadata(issuer.issue(), 'mississippi')))).rejects.toEqual(problem(403, 'access.denied'));
    await expect(send(contextOf(tokenMetadata(issuer.issue())))).rejects.toEqual(problem(403, 'access.organisation_required'));
  });

  test('the names count in any case', async () => {
    const { authorization } = tokenMetadata(issuer.issue());
    const fields = { Authorization: authorization as string, 'X-Organisation-Id': 'texas' };
    await expect(send(contextOf(fields))).resolves.toMatchObject({ organisationId: 'texas' });
  });

  test('without a token, or with one in the payload, nobody is heard', async () => {
    await expect(send(contextOf({}))).rejects.toEqual(problem(401, 'token.missing'));
    const payload = { ...withToken({}, issuer.issue(), 'texas'), ...tokenMetadata(issuer.issue(), 'texas') };
    await expect(send(contextOf({}), 'claims', payload)).rejects.toEqual(problem(401, 'token.missing'));
    await expect(send(contextOf({ token: issuer.issue(), constructor: 'x' }))).rejects.toEqual(problem(401, 'token.missing'));
  });

  test('of two tokens or organisations none is taken', async () => {
    const { authorization } = tokenMetadata(issuer.issue());
    const tokens = [authorization as string, authorization as string];
    await expect(send(contextOf({ authorization: tokens }))).rejects.toEqual(problem(401, 'token.invalid'));
    const organisations = { authorization: authorization as string, 'x-organisation-id': ['texas', 'mississippi'] };
    await expect(send(contextOf(organisations))).rejects.toEqual(problem(403, 'access.denied'));
  });
});

test.each([
  ['RabbitMQ', new RmqContext([{ properties: {} }, {}, 'pattern'])],
  ['Kafka', new KafkaContext([{} as never, 0, 'topic', {} as never, () => Promise.resolve(), {} as never])],
  ['MQTT before 5', new MqttContext(['topic', {}])],
  ['NATS', new NatsContext(['subject', undefined])],
])('a message of %s without any header has no token', async (_name, context) => {
  await expect(send(context)).rejects.toMatchObject({ code: 'token.missing' });
});

test('a payload keeps the metadata that it had beside the token', () => {
  const payload = { claimId: 7, metadata: { 'trace-id': 'abc', authorization: 'Bearer old' } };
  expect(withToken(payload, 'new', 'texas')).toEqual({
    claimId: 7,
    metadata: { 'trace-id': 'abc', authorization: 'Bearer new', 'x-organisation-id': 'texas' },
  });
  expect(payload.metadata).toEqual({ 'trace-id': 'abc', authorization: 'Bearer old' });
});

test('metadata that a payload inherits is nobody’s, and no payload has none', async () => {
  const context = new TcpContext([{} as never, 'pattern']);
  const payload = withToken({}, issuer.issue());
  await expect(send(context, 'approved', payload)).resolves.toBe('test-user');
  for (const empty of [Object.create(payload), null, undefined]) {
    await expect(server.deliver(named('approved'), empty, context)).rejects.toMatchObject({ code: 'token.missing' });
  }
});

test('a header that is not text is no token, and no organisation either', async () => {
  const rabbit = (headers: object): RmqContext => new RmqContext([{ properties: { headers } }, {}, 'pattern']);
  await expect(send(rabbit({ authorization: 7 }))).rejects.toMatchObject({ code: 'token.missing' });
  users.setContext('test-user', buildContext({ memberships: [texas] }));
  const metadata = { ...tokenMetadata(issuer.issue()), 'x-organisation-id': { texas: true } };
  await expect(send(rabbit(metadata))).rejects.toMatchObject({ code: 'access.denied' });
});

test('gRPC learns of what it has no number for, and that the context can not be had now', async () => {
  await expect(send(new CallMetadata({}), 'missing')).rejects.toEqual({ code: 2, details: 'user.not_found: User not found' });
  users.setBehaviour('fail');
  const context = new CallMetadata(tokenMetadata(issuer.issue()));
  await expect(send(context)).rejects.toEqual({ code: 14, details: expect.stringMatching(/^context\.unavailable: ./) });
});

test.each([
  ['unknown to us', { getToken: () => 'x', headers: tokenMetadata('x') }],
  ['without a context', undefined],
])('of a transport %s nothing is read, and public messages pass', async (_name, context) => {
  await expect(send(context, 'public', 'text')).resolves.toBe('answered');
  await expect(send(context, 'approved', withToken({}, issuer.issue()))).rejects.toMatchObject({ code: 'token.missing' });
  await expect(send(context, 'public-caller')).rejects.toMatchObject({ code: 'token.missing' });
  await expect(send(context, 'claim.happened', {})).rejects.toMatchObject({ code: 'token.missing' });
  expect(heard).toEqual([]);
});

describe('an event of Kafka, which comes again when its handler fails,', () => {
  const context = (): object => kafka(tokenMetadata(issuer.issue(), 'texas'));

  test('is settled when it is refused', async () => {
    users.setContext('test-user', buildContext());
    await expect(send(context(), 'claim.happened')).resolves.toBeUndefined();
    expect(heard).toEqual([]);
    expect(logger.warnings).toEqual([expect.stringContaining('access.denied')]);
  });

  test('fails when it could not be decided', async () => {
    users.setBehaviour('fail');
    await expect(send(context(), 'claim.happened')).rejects.toMatchObject({ code: 'context.unavailable' });
    await expect(send(context(), 'failed.happened')).rejects.toMatchObject({ code: 'internal.error' });
    users.setBehaviour('answer');
    await send(context(), 'claim.happened');
    expect(heard).toEqual(['texas']);
  });

  test('is not taken for a message, whose refusal is answered', async () => {
    await expect(send(kafka({}))).rejects.toMatchObject({ code: 'token.missing' });
    expect(logger.warnings).toEqual([]);
  });
});
