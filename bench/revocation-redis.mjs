// A Redis of the measurement's own, so that it can be killed, and a proxy before it that can be cut off in silence.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Redis } from 'ioredis';
import { findFreePort } from '../apps/user-management/scripts/child-service.mjs';

const POLL_EVERY_MS = 10;
const START_LIMIT_MS = 10_000;

/** One `redis-server` on a port that stays the same. */
export class OwnRedis {
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null;

  /** @param {number} port */
  constructor(port) {
    this.port = port;
    process.once('exit', () => this.#child?.kill('SIGKILL'));
  }

  static async start() {
    const redis = new OwnRedis(await findFreePort());
    await redis.start();
    return redis;
  }

  get url() {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), empty. */
  async start() {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', options, { stdio: 'ignore' });
    this.#child = child;
    const failed = new Promise((_, reject) => child.once('error', () => reject(new Error('redis-server is not installed'))));
    await Promise.race([failed, this.#answers()]);
  }

  /** `kill -9`. */
  async kill() {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Ends the connection of every subscriber. @returns {Promise<number>} how many there were */
  async killSubscribers() {
    const redis = new Redis(this.url);
    const killed = await redis.client('KILL', 'TYPE', 'pubsub');
    redis.disconnect();
    return Number(killed);
  }

  async #answers() {
    const deadline = Date.now() + START_LIMIT_MS;
    while (!(await accepts(this.port))) {
      if (Date.now() > deadline) throw new Error('redis-server does not answer');
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
    }
  }
}

/** A TCP proxy on a port of its own. */
export class Proxy {
  /** @type {Set<{ client: import('node:net').Socket, target: import('node:net').Socket, isFrozen: boolean }>} */
  #pairs = new Set();
  #server;
  #targetPort;

  /** @param {number} targetPort on 127.0.0.1 */
  constructor(targetPort) {
    this.#targetPort = targetPort;
    this.#server = createServer({ noDelay: true }, (client) => this.#join(client));
  }

  /** @param {number} targetPort */
  static async start(targetPort) {
    const proxy = new Proxy(targetPort);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `redis://127.0.0.1:${port}`;
  }

  /**
   * As a network that drops every packet of the connections there are: neither side hears anything any more, not even
   * that the other has hung up. Whoever connects anew gets through.
   *
   * @returns {number} how many connections that are
   */
  freeze() {
    const flowing = [...this.#pairs].filter(({ isFrozen }) => !isFrozen);
    for (const pair of flowing) pair.isFrozen = true;
    return flowing.length;
  }

  stop() {
    this.#server.close();
    for (const { client, target } of this.#pairs) [client, target].forEach((socket) => socket.destroy());
  }

  /** @param {import('node:net').Socket} client */
  #join(client) {
    const target = connect({ port: this.#targetPort, host: '127.0.0.1', noDelay: true });
    const pair = { client, target, isFrozen: false };
    this.#pairs.add(pair);
    for (const [from, to] of [
      [client, target],
      [target, client],
    ]) {
      from?.on('data', (data) => pair.isFrozen || to?.write(data));
      from?.on('error', () => undefined);
      from?.on('close', () => {
        if (!pair.isFrozen) to?.destroy();
        if (client.destroyed && target.destroyed) this.#pairs.delete(pair);
      });
    }
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
