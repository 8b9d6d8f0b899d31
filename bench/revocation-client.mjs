// A sibling service with the built auth-client that never stops asking whether one user may pass. It tells its parent
// each time the answer becomes another one, at what time by the machine's monotonic clock, and when events flow again.
import { createAuthClient, requireApproved } from '@sa-platform/auth-client';
import { RedisEvents } from '@sa-platform/auth-client/redis';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_CHANNEL = 'users.heartbeat';
const PAUSE_MS = 1;

let token = '';
let outcome = '';
let decisions = 0;
let longestGapMs = 0;

const now = () => Number(process.hrtime.bigint()) / 1e6;
/** @param {object} message */
const tell = (message) => process.send?.({ at: now(), ...message });

/**
 * Passes everything on, and tells when the first heartbeat of a subscription came: from then on events are believed.
 *
 * @param {import('@sa-platform/auth-client').EventConnection} events
 * @returns {import('@sa-platform/auth-client').EventConnection}
 */
function watched(events) {
  let isAwaited = false;
  return {
    close: () => events.close(),
    open: (listener) =>
      events.open({
        onDisconnected: () => listener.onDisconnected(),
        onSubscribed: () => {
          isAwaited = true;
          listener.onSubscribed();
        },
        onMessage: (channel, message) => {
          listener.onMessage(channel, message);
          if (!isAwaited || channel !== HEARTBEAT_CHANNEL) return;
          isAwaited = false;
          tell({ type: 'connected' });
        },
      }),
  };
}

/** @param {import('@sa-platform/auth-client').AuthClient} client */
async function decide(client) {
  try {
    await client.authorize({ authorization: `Bearer ${token}` }, [requireApproved()]);
    return 'allowed';
  } catch (error) {
    return /** @type {{ code?: string }} */ (error).code ?? String(error);
  }
}

/** @param {import('@sa-platform/auth-client').AuthClient} client */
async function askForEver(client) {
  for (let before = now(); ; before = now()) {
    const next = await decide(client);
    if (next !== outcome) tell({ type: 'outcome', outcome: next });
    outcome = next;
    await sleep(PAUSE_MS);
    decisions += 1;
    longestGapMs = Math.max(longestGapMs, now() - before);
  }
}

/** @param {{ verifier: any, userManagementUrl: string, redisUrl: string }} settings */
async function start({ verifier, userManagementUrl, redisUrl }) {
  const client = createAuthClient({ verifier, userManagementUrl, events: watched(new RedisEvents({ url: redisUrl })) });
  await client.start();
  await askForEver(client);
}

process.on('disconnect', () => process.exit(0));
process.on('message', (/** @type {any} */ message) => {
  if (message.type === 'token') ({ token } = message);
  if (message.type === 'statistics') tell({ type: 'statistics', decisions, longestGapMs });
  if (message.type === 'start') void start(message.settings);
});
