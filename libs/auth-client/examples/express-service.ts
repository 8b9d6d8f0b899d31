import type { AddressInfo } from 'node:net';
// #region service
import express from 'express';
import {
  createAuthClient,
  readAuthClientOptions,
  requirePermissions,
  requireTenant,
  requireUser,
} from '@sa-platform/auth-client';
import { createExpressAuth } from '@sa-platform/auth-client/express';

const client = createAuthClient(readAuthClientOptions(process.env));
const auth = createExpressAuth(client);
const app = express();

app.get('/health', (_request, response) => {
  response.json({ status: 'ok' });
});

app.get('/claims', auth.access(requirePermissions('claims:read')), (request, response) => {
  const user = requireUser(request.auth?.caller);
  response.json({ reader: user.display_name, organisation: requireTenant(request.auth?.tenant) });
});

app.use(auth.handleErrors);

await client.start();
const server = app.listen(Number(process.env['PORT'] ?? 3001));
process.once('SIGTERM', () => server.close(() => void client.close()));
// #endregion

/** For the spec beside this file. */
export const stop = async (): Promise<void> => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await client.close();
};
export const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
