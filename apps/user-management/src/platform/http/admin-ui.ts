import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { AdminUiSettings } from '../config/admin-ui-settings.js';

/** The built pages, from the source as well as from the build. */
export const ADMIN_UI_FOLDER = fileURLToPath(new URL('../../../../admin-ui/dist', import.meta.url));

/** Names of built files hold a digest of what is in them. */
const FOREVER = 'public, max-age=31536000, immutable';

const HEADERS = { 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' };
/** Addresses that are the pages' own business. */
const PAGES = [
  ...['/', '/callback', '/audit', '/identity', '/settings/*'],
  ...['approvals', 'organisations', 'permissions', 'products', 'roles', 'users'].flatMap((name) => [`/${name}`, `/${name}/*`]),
];

/**
 * Serves the pages at `/` and at every address of theirs, where they are built. Scripts come from here alone and nothing is
 * asked of anybody but this service and the issuer; Mantine writes its variables into a style element.
 */
export async function mountAdminUi(fastify: FastifyInstance, settings: AdminUiSettings, folder = ADMIN_UI_FOLDER): Promise<void> {
  if (settings === null || !existsSync(folder)) return;
  const { issuer, clientId, scope, audience } = settings;
  const headers = { ...HEADERS, 'content-security-policy': policyFor(new URL(issuer).origin) };
  await fastify.register(async (scoped) => {
    await scoped.register(fastifyStatic, { root: folder, serve: false, cacheControl: false });
    scoped.get('/admin-ui.json', () => ({ issuer, client_id: clientId, scope, audience }));
    scoped.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
      reply.headers({ ...headers, 'cache-control': FOREVER }).sendFile(`assets/${request.params['*']}`),
    );
    for (const path of PAGES) scoped.get(path, (_request, reply) => reply.headers(headers).sendFile('index.html'));
  });
}

function policyFor(issuerOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${issuerOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
