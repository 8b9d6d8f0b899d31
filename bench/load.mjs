// The load generator: raw sockets with keep-alive, so that it costs less than what it measures.
import { connect } from 'node:net';
import { once } from 'node:events';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

/**
 * @typedef {object} Target
 * @property {number} port on 127.0.0.1
 * @property {string} path
 * @property {string} token
 * @property {number} bodyBytes length that each answer must have
 */

/**
 * Keeps `concurrency` connections busy for a while, each with one request at a time.
 *
 * @param {Target} target
 * @param {{ concurrency: number, durationMs: number }} load
 * @returns {Promise<number>} requests per second
 * @throws {Error} on an answer that is not 2xx or has another length: a refusal is fast, and would look like a success
 */
export async function measure(target, { concurrency, durationMs }) {
  const connections = await Promise.all(Array.from({ length: concurrency }, () => open(target)));
  try {
    const start = performance.now();
    const counts = await Promise.all(connections.map((connection) => connection.askUntil(start + durationMs)));
    const seconds = (performance.now() - start) / 1000;
    return counts.reduce((sum, count) => sum + count, 0) / seconds;
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** @param {Target} target */
async function open({ port, path, token, bodyBytes }) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const request = Buffer.from(
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\naccept: application/json\r\n\r\n`,
  );

  /** @param {number} deadline @returns {Promise<number>} answers that came */
  const askUntil = (deadline) =>
    new Promise((resolve, reject) => {
      let count = 0;
      /** @type {Buffer} */
      let received = Buffer.alloc(0);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error(`${path}: the server closed the connection`)));
      socket.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const headEnd = received.indexOf(END_OF_HEAD);
        if (headEnd < 0) return;
        const problem = problemOf(received.latin1Slice(0, headEnd), bodyBytes);
        if (problem !== null) return reject(new Error(`${path}: ${problem}`));
        if (received.length < headEnd + END_OF_HEAD.length + bodyBytes) return;
        received = Buffer.alloc(0);
        count += 1;
        if (performance.now() < deadline) socket.write(request);
        else resolve(count);
      });
      socket.write(request);
    });
  return { askUntil, close: () => socket.destroy() };
}

/** @param {string} head @param {number} bodyBytes */
function problemOf(head, bodyBytes) {
  const status = head.slice(9, 12);
  if (!status.startsWith('2')) return `was answered ${status}`;
  const length = /content-length: (\d+)/i.exec(head)?.[1];
  return Number(length) === bodyBytes ? null : `answered ${length ?? 'an unknown number of'} bytes instead of ${bodyBytes}`;
}
