import type { AddressInfo } from 'node:net';
import { createAuthClient, readAuthClientOptions, requirePermissions, requireScope, requireTenant, requireUser } from '@sa-platform/auth-client';
import { createExpressAuth } from '@sa-platform/auth-client/express';
import express from 'express';

async function start(): Promise<void> {
  const client = createAuthClient(readAuthClientOptions(process.env));
  const auth = createExpressAuth(client);
  const app = express();

  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/claims', auth.access(requirePermissions('claims:read')), (request, response) => {
    const user = requireUser(request.auth?.caller);
    response.json({ user_id: user.user_id, organisation_id: requireTenant(request.auth?.tenant) });
  });
  app.get('/exports', auth.access(requireScope('claims:export')), (request, response) => {
    response.json({ subject: request.auth?.caller.principal.subject });
  });
  app.use(auth.handleErrors);

  await client.start();
  const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    void client.close();
  });
}

void start();
