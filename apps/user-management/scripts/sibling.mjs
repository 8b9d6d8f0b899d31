// The sibling service (apps/example-service) as a process of its own, the way another team would run it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findFreePort, isUpWithin } from './child-service.mjs';
import { Surprise } from './http-client.mjs';

const MAIN = fileURLToPath(new URL('../../example-service/dist/main.js', import.meta.url));
const START_LIMIT_MS = 15_000;

/**
 * @param {{ issuer: string, jwksUri: string, audience: string, userManagementUrl: string }} settings
 * @returns {Promise<{ address: string, stop: () => Promise<void> }>} once it answers
 * @throws {Surprise} when it isn't built, or doesn't start
 */
export async function startSibling({ issuer, jwksUri, audience, userManagementUrl }) {
  if (!existsSync(MAIN)) throw new Surprise(`${MAIN} is not there: run \`npm run build\` first`);
  const port = await findFreePort();
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      IDENTITY_PROVIDER: 'mock',
      AUTH_ISSUER: issuer,
      AUTH_JWKS_URI: jwksUri,
      AUTH_AUDIENCE: audience,
      USER_MANAGEMENT_URL: userManagementUrl,
      AUTH_CLIENT_ID: 'example-service',
      AUTH_CLIENT_SECRET: 'example-service-secret',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = /** @type {string[]} */ ([]);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  // However the demo ends, the sibling doesn't outlive it.
  process.once('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const address = `http://127.0.0.1:${port}`;
  if (!(await isUpWithin(`${address}/health/live`, child, START_LIMIT_MS))) {
    await stop();
    throw new Surprise(`The sibling did not start:\n${output.join('')}`);
  }
  return { address, stop };
}
