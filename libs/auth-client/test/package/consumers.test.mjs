// Four services outside of the workspace, each written as a sibling team would write it, pass the same checks.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { run, start, TSC } from './commands.mjs';
import { CONSUMERS, NAME } from './installed-folders.mjs';
import { arrangePeople, CHECKS } from './service-checks.mjs';

const root = process.env['PACKAGE_TEST_ROOT'] ?? '';
/** Generous: other things run on this machine. */
const TIMEOUT_MS = 60_000;

for (const consumer of CONSUMERS) {
  describe(`a service on ${consumer}`, () => {
    const folder = join(root, consumer);
    let scene, service, settings;

    before(async () => {
      await run(folder, [...TSC, '-p', '.']);
      const testing = createRequire(join(folder, 'package.json'))(`${NAME}/testing`);
      const [issuer, users] = await Promise.all([testing.startTestIssuer(), testing.startFakeUserManagement()]);
      closeOnce(users);
      scene = { url: '', testing, issuer, users };
      arrangePeople(scene);
      settings = {
        AUTH_ISSUER: issuer.issuer,
        AUTH_AUDIENCE: issuer.audience,
        AUTH_JWKS_URI: issuer.jwksUri,
        USER_MANAGEMENT_URL: users.baseUrl,
      };
      service = await start(folder, settings);
      scene.url = service.url;
    });

    after(() => Promise.all([service?.stop(), scene?.issuer.close(), scene?.users.close()]));

    for (const [name, check] of Object.entries(CHECKS)) it(name, { timeout: TIMEOUT_MS }, () => check(scene));

    it('ends when it is told to', { timeout: TIMEOUT_MS }, async () => {
      const code = await service.stop();
      assert.ok(code === 0 || code === null, `ended with ${code}`);
    });

    it('does not start without an audience, and names the variable', { timeout: TIMEOUT_MS }, async () => {
      const started = start(folder, { ...settings, AUTH_AUDIENCE: '' });
      await assert.rejects(started.then(({ stop }) => stop()), /AUTH_AUDIENCE/);
    });
  });
}

/** The last check closes it, and so does whoever clears up after a check that failed. */
function closeOnce(server) {
  const close = server.close.bind(server);
  let closing;
  server.close = () => (closing ??= close());
}
