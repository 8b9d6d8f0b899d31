import type { Replica } from './replica.js';

const TOKEN_LIVES_MS = 120_000;
/** Stands for whichever replica serves. */
export const ANY_REPLICA = 'http://user-management';

let turn = 0;

/** As a load balancer: to a replica that serves, to the other one when it takes no connection. */
export async function fetchFromAny(replicas: readonly Replica[], url: string, init: RequestInit | undefined): Promise<Response> {
  turn += 1;
  const serving = replicas.filter(({ isServing }) => isServing);
  const ordered = [...serving.slice(turn % Math.max(1, serving.length)), ...serving.slice(0, turn % Math.max(1, serving.length))];
  let failure: unknown = new Error('no replica serves');
  for (const replica of ordered) {
    try {
      return await fetch(url.replace(ANY_REPLICA, replica.url), init);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

export function tokenSource(issue: () => string): () => string {
  let token = { text: '', untilMs: 0 };
  return () => {
    if (performance.now() > token.untilMs) token = { text: issue(), untilMs: performance.now() + TOKEN_LIVES_MS };
    return token.text;
  };
}
