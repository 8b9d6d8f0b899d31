import type { AddressInfo } from 'node:net';
// #region service
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  AuthError,
  createAuthClient,
  readAuthClientOptions,
  requirePermissions,
  requireTenant,
  requireUser,
  toChallenge,
  toProblem,
} from '@sa-platform/auth-client';

const client = createAuthClient(readAuthClientOptions(process.env));
const mayReadClaims = [requirePermissions('claims:read')];

async function listClaims({ headers }: IncomingMessage): Promise<object> {
  const { authorization, 'x-organisation-id': organisationHeader } = headers;
  const { caller, tenant } = await client.authorize({ authorization, organisationHeader }, mayReadClaims);
  return { reader: requireUser(caller).display_name, organisation: requireTenant(tenant) };
}

function answerError(error: unknown, response: ServerResponse): void {
  if (!(error instanceof AuthError)) {
    response.writeHead(500).end();
    return;
  }
  const challenge = toChallenge(error);
  if (challenge !== null) response.setHeader('www-authenticate', challenge);
  response.writeHead(error.status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(toProblem(error, randomUUID())));
}

const server = createServer((request, response) => {
  if (request.url === '/health') {
    response.end(JSON.stringify({ status: 'ok' }));
    return;
  }
  listClaims(request)
    .then((claims) => response.end(JSON.stringify(claims)))
    .catch((error: unknown) => answerError(error, response));
});

await client.start();
server.listen(Number(process.env['PORT'] ?? 3001));
process.once('SIGTERM', () => server.close(() => void client.close()));
// #endregion

/** For the spec beside this file. */
export const stop = async (): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await client.close();
};
export const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
