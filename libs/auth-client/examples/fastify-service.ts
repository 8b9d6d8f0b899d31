// #region service
import Fastify from 'fastify';
import {
  createAuthClient,
  readAuthClientOptions,
  requirePermissions,
  requireTenant,
  requireUser,
} from '@sa-platform/auth-client';
import { fastifyAuth, handleAuthErrors } from '@sa-platform/auth-client/fastify';

const app = Fastify();
await app.register(fastifyAuth, { client: createAuthClient(readAuthClientOptions(process.env)) });
app.setErrorHandler(handleAuthErrors);

app.get('/health', { config: { access: 'public' } }, () => ({ status: 'ok' }));

app.get('/claims', { config: { access: [requirePermissions('claims:read')] } }, ({ auth }) => ({
  reader: requireUser(auth?.caller).display_name,
  organisation: requireTenant(auth?.tenant),
}));

await app.listen({ port: Number(process.env['PORT'] ?? 3001) });
process.once('SIGTERM', () => void app.close());
// #endregion

/** For the spec beside this file. */
export const stop = (): Promise<void> => app.close();
export const url = app.listeningOrigin;
