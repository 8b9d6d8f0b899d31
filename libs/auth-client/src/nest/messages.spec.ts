import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import type { INestMicroservice } from '@nestjs/common';
import { ClientProxyFactory, Transport, type ClientProxy, type MicroserviceOptions } from '@nestjs/microservices';
import type { UserContext } from '@sa-platform/contracts';
import { lastValueFrom } from 'rxjs';
import { createTestClient, mississippi, texas } from '../../test/guarded-app.js';
import { heard, Members, Messages, MoreMessages, named, Readers } from '../../test/guarded-messages.js';
import { LoggerInMemory, startMicroservice } from '../../test/nest-app.js';
import { isRedisThere, TEST_REDIS } from '../../test/redis-probe.js';
import { buildContext, startFakeUserManagement, startTestIssuer, type FakeUserManagement, type TestIssuer } from '../testing/index.js';
import { tokenMetadata, withToken } from './index.js';

const redis = { transport: Transport.REDIS as const, options: { host: TEST_REDIS.hostname, port: Number(TEST_REDIS.port || 6379) } };
const tcp = { transport: Transport.TCP as const, options: { host: '127.0.0.1', port: 0 } };

interface Connected {
  service: INestMicroservice;
  sender: ClientProxy;
}

type Start = (service: (options: MicroserviceOptions) => Promise<INestMicroservice>) => Promise<Connected>;

const overTcp: Start = async (start) => {
  const service = await start(tcp);
  const { port } = service.unwrap<Server>().address() as AddressInfo;
  return { service, sender: ClientProxyFactory.create({ ...tcp, options: { ...tcp.options, port } }) };
};
const overRedis: Start = async (start) => ({ service: await start(redis), sender: ClientProxyFactory.create(redis) });

const withRedis = (await isRedisThere()) ? describe : describe.skip;

describe('a microservice over TCP', () => behave(overTcp));
withRedis(`a microservice over Redis (skipped where none answers at ${TEST_REDIS.host})`, () => behave(overRedis));

function behave(start: Start): void {
  const logger = new LoggerInMemory();
  let issuer: TestIssuer;
  let users: FakeUserManagement;
  let service: INestMicroservice;
  let sender: ClientProxy;
  beforeAll(async () => {
    issuer = await startTestIssuer();
    users = await startFakeUserManagement();
    const client = createTestClient(issuer, users);
    ({ service, sender } = await start((options) => startMicroservice({ client }, [Messages, MoreMessages, Readers, Members], options, logger)));
    await sender.connect();
  });
  afterAll(async () => {
    await sender.close();
    await service.close();
    await Promise.all([issuer.close(), users.close()]);
  });
  const give = (changes: Partial<UserContext>): void => users.setContext('test-user', buildContext(changes));
  beforeEach(() => {
    heard.length = 0;
    logger.warnings.length = 0;
    users.setBehaviour('answer');
    give({ memberships: [texas] });
  });

  const send = (pattern: string, payload: unknown): Promise<unknown> => lastValueFrom(sender.send(named(pattern), payload));
  /** What `send` fails with, instead. */
  const refusal = (pattern: string, payload: unknown): Promise<unknown> =>
    send(pattern, payload).then(
      (answer) => expect(answer).toBe('refused'),
      (error: unknown) => error,
    );
  const emit = (pattern: string, payload: unknown): Promise<unknown> =>
    lastValueFrom(sender.emit(named(pattern), payload), { defaultValue: undefined });
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('answers public messages without a token', async () => {
    expect(await send('public', {})).toBe('answered');
    expect(await send('public', 'text')).toBe('answered');
  });

  test('is closed where nothing is declared', async () => {
    expect(await refusal('undeclared', {})).toMatchObject({ status: 401, code: 'token.missing' });
    expect(await refusal('undeclared', withToken({}, issuer.issue()))).toMatchObject({ status: 403, code: 'access.undeclared' });
  });

  test('hands the caller and the user to the handler', async () => {
    expect(await send('approved', withToken({}, issuer.issue()))).toBe('test-user');
    expect(await send('me', withToken({}, issuer.issue()))).toBe(buildContext().user_id);
  });

  test('refuses with the problem itself', async () => {
    expect(await refusal('approved', {})).toEqual({
      type: 'urn:sa-platform:problem:token.missing',
      title: 'A bearer token is required',
      status: 401,
      detail: 'A bearer token is required',
      code: 'token.missing',
      request_id: expect.stringMatching(/./),
    });
    expect(await refusal('approved', withToken({}, 'nonsense'))).toMatchObject({ status: 401, code: 'token.invalid' });
    expect(await refusal('me', withToken({}, issuer.issueForService('jobs')))).toMatchObject({ status: 403, code: 'access.denied' });
    const service = issuer.issueForService('jobs', ['claims:write']);
    expect(await refusal('service', withToken({}, service))).toMatchObject({ status: 403, detail: 'Only a user may do this' });
    users.setBehaviour('fail');
    expect(await refusal('approved', withToken({}, issuer.issue()))).toMatchObject({ status: 503, code: 'context.unavailable' });
  });

  test('takes the organisation from the metadata or the only membership', async () => {
    const payload = { claimId: 7 };
    expect(await send('claims', withToken(payload, issuer.issue()))).toMatchObject({ organisationId: 'texas', payload });
    give({ memberships: [texas, mississippi] });
    expect(await send('claims', withToken(payload, issuer.issue(), 'texas'))).toMatchObject({ organisationId: 'texas', payload });
    expect(await refusal('claims', withToken(payload, issuer.issue(), 'mississippi'))).toMatchObject({ code: 'access.denied' });
    expect(await refusal('claims', withToken(payload, issuer.issue()))).toMatchObject({ code: 'access.organisation_required' });
  });

  test('reads nothing elsewhere in the payload', async () => {
    give({ memberships: [texas, mississippi] });
    const metadata = tokenMetadata(issuer.issue(), 'texas');
    for (const payload of ['text', { metadata: null }, metadata, { headers: metadata }, [{ metadata }], { metadata: [metadata] }, { data: { metadata } }]) {
      expect(await refusal('approved', payload)).toMatchObject({ code: 'token.missing' });
    }
    const organisations = { organisationId: 'texas', organisation_id: 'texas', 'x-organisation-id': 'texas', params: { organisationId: 'texas' } };
    expect(await refusal('claims', withToken(organisations, issuer.issue()))).toMatchObject({ code: 'access.organisation_required' });
  });

  test('takes nothing but text for a token or an organisation', async () => {
    const { authorization } = tokenMetadata(issuer.issue());
    for (const value of [[authorization], { 0: authorization }, null, 7, true]) {
      expect(await refusal('approved', { metadata: { authorization: value } })).toMatchObject({ code: 'token.missing' });
    }
    expect(await refusal('approved', { metadata: { authorization, Authorization: authorization } })).toMatchObject({ code: 'token.invalid' });
    for (const value of [['texas'], 7, null]) {
      const payload = { metadata: { authorization, 'x-organisation-id': value } };
      expect(await refusal('claims', payload)).toMatchObject({ code: 'access.denied' });
    }
  });

  test('believes the metadata of the packet before that of the payload', async () => {
    const forwarded = withToken({}, issuer.issue({ sub: 'stranger' }), 'mississippi');
    sender.setOnDispatchHook((packet) => {
      packet.metadata = tokenMetadata(issuer.issue());
    });
    expect(await send('claims', forwarded)).toMatchObject({ organisationId: 'texas' });
    sender.setOnDispatchHook((packet) => {
      packet.metadata = { 'trace-id': 'no token', 'x-organisation-id': 'mississippi' };
    });
    expect(await send('claims', withToken({}, issuer.issue(), 'texas'))).toMatchObject({ organisationId: 'texas' });
    sender.setOnDispatchHook(() => undefined);
    expect(await refusal('claims', forwarded)).toMatchObject({ code: 'user.unknown' });
  });

  test('runs no handler of an event that it refuses, and says so in the log', async () => {
    await emit('undeclared.happened', withToken({}, issuer.issue()));
    await emit('claim.happened', {});
    await until(() => logger.warnings.length === 3);
    expect(logger.warnings.sort()).toEqual([
      `An event [ '${named('claim.happened')}' ] was refused: token.missing`,
      `An event [ '${named('claim.happened')}' ] was refused: token.missing`,
      `An event [ '${named('undeclared.happened')}' ] was refused: access.undeclared`,
    ]);
    expect(heard).toEqual([]);
  });

  test('runs every handler of an event under its own rules', async () => {
    await emit('public.happened', {});
    await until(() => heard.length === 1);
    await emit('claim.happened', withToken({}, issuer.issue()));
    await until(() => heard.length === 3);
    expect(heard.sort()).toEqual(['public', 'texas', 'texas again']);
  });

  test.each([
    ['claim.happened', 'ohio'],
    ['twice.happened', 'first ohio'],
    ['inherited.happened', 'Readers ohio'],
  ])('what one handler of %s proves about an organisation, the other has not asked', async (pattern, told) => {
    give({ permissions: ['claims:read'] });
    await emit(pattern, withToken({}, issuer.issue(), 'ohio'));
    await until(() => logger.warnings.length === 1 && heard.length === 1);
    expect(heard).toEqual([told]);
    expect(logger.warnings[0]).toContain('access.denied');
  });
}
