// Which engines the suites run on: PGlite always, servers where they answer. Plain JavaScript: Jest's configuration,
// its reporter and the tests all read it.
import { connect } from 'node:net';

const SERVERS = {
  postgresql: process.env.TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
  mysql: process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/',
  redis: process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379',
};
const DEFAULT_PORTS = { postgresql: 5432, mysql: 3306, redis: 6379 };
const CONNECT_TIMEOUT_MS = 1000;

/** @returns {Promise<{ engines: string[], servers: Record<string, string | null> }>} */
export async function findEngines() {
  const servers = {};
  for (const [name, url] of Object.entries(SERVERS)) {
    const { hostname, port } = new URL(url);
    servers[name] = (await answers(hostname, Number(port) || DEFAULT_PORTS[name])) ? url : null;
  }
  const engines = ['pglite', ...['postgresql', 'mysql'].filter((name) => servers[name] !== null)];
  return { engines, servers };
}

function answers(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const end = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
