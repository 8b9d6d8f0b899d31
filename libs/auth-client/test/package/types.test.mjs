// The types of every subpath, as each way of resolving modules finds them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { run, TSC } from './commands.mjs';
import { BARE, NAME } from './installed-folders.mjs';

const root = process.env['PACKAGE_TEST_ROOT'] ?? '';

const MODES = {
  'an ECMAScript module, nodenext': { file: 'esm.mts', options: { module: 'nodenext' } },
  'a CommonJS module, nodenext': { file: 'commonjs.cts', options: { module: 'nodenext' } },
  'a bundler': { file: 'bundler.ts', options: { module: 'esnext', moduleResolution: 'bundler' } },
  // Knows no `exports`; Nest 11 applications still resolve like this.
  node10: { file: 'node10.ts', options: { module: 'commonjs', moduleResolution: 'node10' } },
};

/** What a service uses of each subpath. `any` would pass all of it, so each also has a mistake that must be found. */
const USES = {
  '': `import { createAuthClient, type AuthClient, type UserContext } from '${NAME}';
    export const version = (context: UserContext): number => context.version;
    export const client: AuthClient = createAuthClient({ verifier: { provider: 'oidc', issuer: 'a', audience: 'b', jwksUri: 'c' }, userManagementUrl: 'd' });
    // @ts-expect-error
    createAuthClient({ verifier: 1 });`,
  '/testing': `import { buildContext, startTestIssuer, type TestIssuer } from '${NAME}/testing';
    export const issuer: Promise<TestIssuer> = startTestIssuer();
    // @ts-expect-error
    buildContext({ version: 'one' });`,
  '/nest': `import { AuthModule, RequirePermissions } from '${NAME}/nest';
    export class Controller { @RequirePermissions('claims:read') list(): void {} }
    // @ts-expect-error
    AuthModule.forRoot({ client: 1 });`,
  '/express': `import { createExpressAuth } from '${NAME}/express';
    import { requireApproved, type AuthClient, type Authorization } from '${NAME}';
    import type { Request, RequestHandler } from 'express';
    export const handler = (client: AuthClient): RequestHandler => createExpressAuth(client).access(requireApproved());
    export const read = (request: Request): Authorization | undefined => request.auth;
    // @ts-expect-error
    createExpressAuth(1);`,
  '/fastify': `import { fastifyAuth } from '${NAME}/fastify';
    import type { AuthClient } from '${NAME}';
    import type { FastifyInstance } from 'fastify';
    export const protect = (app: FastifyInstance, client: AuthClient) => app.register(fastifyAuth, { client });
    export const open = (app: FastifyInstance) => app.get('/', { config: { access: 'public' } }, ({ auth }) => auth?.caller.type);
    // @ts-expect-error
    export const mistake = (app: FastifyInstance) => app.register(fastifyAuth, { client: 1 });
    // @ts-expect-error
    export const typo = (app: FastifyInstance) => app.get('/', { config: { access: 'pubic' } }, () => '');`,
  '/redis': `import { RedisEvents } from '${NAME}/redis';
    import type { EventConnection } from '${NAME}';
    export const events: EventConnection = new RedisEvents({ url: 'redis://127.0.0.1' });
    // @ts-expect-error
    new RedisEvents({ url: 1 });`,
};

/** Which subpaths a folder has the frameworks for. */
const FOLDERS = {
  [BARE]: { subpaths: ['', '/testing'], modes: Object.keys(MODES) },
  'express-5': { subpaths: ['/express', '/redis'], modes: Object.keys(MODES) },
  'fastify-5': { subpaths: ['/fastify'], modes: Object.keys(MODES) },
  // Nest 11 has no exports, Nest 12 has no CommonJS.
  'nest-11-commonjs': { subpaths: ['/nest'], modes: Object.keys(MODES) },
  'nest-12': { subpaths: ['/nest'], modes: ['an ECMAScript module, nodenext', 'a bundler'] },
};

const OPTIONS = {
  target: 'es2022',
  // Not the whole of the browser, which takes longer to check than all the rest.
  lib: ['es2023'],
  types: ['node'],
  strict: true,
  noEmit: true,
  experimentalDecorators: true,
};

async function compile(folder, mode, subpaths) {
  const { file, options } = MODES[mode];
  const place = join(folder, `types-${file}`);
  mkdirSync(place);
  const files = subpaths.map((subpath) => `${subpath.slice(1) || 'index'}-${file}`);
  files.forEach((name, index) => writeFileSync(join(place, name), USES[subpaths[index]]));
  const isBare = folder.endsWith(BARE);
  // Beside frameworks, whose own types aren't ours to check, only what is used of the package is.
  const compilerOptions = { ...OPTIONS, ...options, skipLibCheck: !isBare };
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  await run(folder, [...TSC, '-p', place]);
}

describe('the types', () => {
  for (const [name, { subpaths, modes }] of Object.entries(FOLDERS)) {
    for (const mode of modes) {
      it(`of ${subpaths.map((subpath) => `${NAME}${subpath}`).join(', ')} in ${name}, seen by ${mode}`, () =>
        compile(join(root, name), mode, subpaths));
    }
  }
});
