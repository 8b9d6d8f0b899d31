// What starting a service as a child takes, for the demo and for the bench.
import { createServer } from 'node:net';

const POLL_EVERY_MS = 50;

/**
 * @param {string} url what the service answers once it is up
 * @param {import('node:child_process').ChildProcess} child the service
 * @param {number} limitMs
 * @returns {Promise<boolean>} false when it ended instead, or took longer
 */
export async function isUpWithin(url, child, limitMs) {
  const deadline = Date.now() + limitMs;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
  return true;
}

/** @returns {Promise<number>} */
export function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
