import { Logger, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, Transport, type ClientProxy } from '@nestjs/microservices';
import { ServiceTokenSource } from '@sa-platform/auth-client';
import { buildContext, buildMembership, startFakeUserManagement, startTestIssuer } from '@sa-platform/auth-client/testing';
import { createServer, type AddressInfo } from 'node:net';
import { firstValueFrom } from 'rxjs';
import { askForClaim, createMessageModule, done, tellOfPayment } from './message-service.js';

Logger.overrideLogger(false);
const issuer = await startTestIssuer();
const users = await startFakeUserManagement();
const membership = buildMembership({ organisation_id: 'texas', permissions: ['claims:read'] });
users.setContext('biller', buildContext({ user_id: 'biller', display_name: 'Billie', memberships: [membership] }));
users.setContext('guest', buildContext({ user_id: 'guest' }));

let app: INestMicroservice;
let messages: ClientProxy;
beforeAll(async () => {
  const options = { host: '127.0.0.1', port: await findFreePort() };
  const module = createMessageModule({ verifier: issuer.verifierOptions, userManagementUrl: users.baseUrl });
  app = await NestFactory.createMicroservice(module, { transport: Transport.TCP, options });
  await app.listen();
  messages = ClientProxyFactory.create({ transport: Transport.TCP, options });
});
afterAll(async () => {
  await messages.close();
  await app.close();
  await Promise.all([issuer.close(), users.close()]);
});

const findFreePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

async function waitFor(count: number): Promise<string[]> {
  while (done.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  return done.sort();
}

describe('the messages of the README', () => {
  test('are answered for whoever the token names', async () => {
    const answer = await askForClaim(messages, issuer.issue({ sub: 'biller' }));
    expect(answer).toEqual({ claim: 'claim-1', reader: 'Billie', organisation: 'texas' });
  });

  test.each([
    ['access.denied', issuer.issue({ sub: 'guest' })],
    ['token.invalid', 'a.b.c'],
  ])('are refused with the problem %s', async (code, token) => {
    await expect(askForClaim(messages, token)).rejects.toMatchObject({ code });
  });

  test('without a token are refused', async () => {
    const answer = firstValueFrom(messages.send('claims.find', { claimId: 'claim-1' }));
    await expect(answer).rejects.toMatchObject({ code: 'token.missing', status: 401 });
  });

  test('that are events are heard when a service with the scope sends them', async () => {
    const service = { tokenUrl: issuer.tokenUrl, clientId: 'payments', clientSecret: 'secret' };
    await tellOfPayment(messages, new ServiceTokenSource({ ...service, scopes: ['claims:read'] }));
    await tellOfPayment(messages, new ServiceTokenSource({ ...service, scopes: ['claims:export'] }));
    for (const type of ['users.updated', 'users.erased']) messages.emit('users.events', { type, user_id: 'ann' });
    expect(await waitFor(2)).toEqual(['forgot ann', 'recorded claim-1']);
  });
});
