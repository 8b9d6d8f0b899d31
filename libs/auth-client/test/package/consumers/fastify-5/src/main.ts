import { createAuthClient, readAuthClientOptions, requirePermissions, requireScope, requireTenant, requireUser } from '@sa-platform/auth-client';
import { fastifyAuth, handleAuthErrors } from '@sa-platform/auth-client/fastify';
import Fastify from 'fastify';

const app = Fastify({ forceCloseConnections: true });
await app.register(fastifyAuth, { client: createAuthClient(readAuthClientOptions(process.env)) });
app.setErrorHandler(handleAuthErrors);

app.get('/health', { config: { access: 'public' } }, () => ({ status: 'ok' }));

app.get('/claims', { config: { access: [requirePermissions('claims:read')] } }, ({ auth }) => {
  const user = requireUser(auth?.caller);
  return { user_id: user.user_id, organisation_id: requireTenant(auth?.tenant) };
});

app.get('/exports', { config: { access: [requireScope('claims:export')] } }, ({ auth }) => ({
  subject: auth?.caller.principal.subject,
}));

console.log(await app.listen({ port: Number(process.env['PORT'] ?? 3000), host: '127.0.0.1' }));
process.once('SIGTERM', () => void app.close());
