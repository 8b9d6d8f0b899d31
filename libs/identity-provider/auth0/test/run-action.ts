import { readFile } from 'node:fs/promises';

/** What Auth0 hands to a post-login Action, as far as ours reads it. */
export interface ActionEvent {
  user: Record<string, unknown>;
  secrets: Record<string, string>;
  connection?: { strategy: string };
  client?: { client_id: string };
}

/** What an Action did with a sign-in. */
export interface ActionResult {
  denied: string | null;
  sentTo: string | null;
  accessToken: Record<string, unknown>;
  idToken: Record<string, unknown>;
}

/** What the Action finds around it. */
export interface ActionSurroundings {
  canRedirect?: boolean;
  fetch?: typeof fetch;
}

type Handler = (event: ActionEvent, api: unknown) => Promise<void>;

/** Runs the file that is pasted into the console, as CommonJS, with a recorder for Auth0's `api`. */
export async function runAction(
  name: 'onExecutePostLogin' | 'onContinuePostLogin',
  event: ActionEvent,
  { canRedirect = true, fetch: ownFetch = fetch }: ActionSurroundings = {},
): Promise<ActionResult> {
  const source = await readFile(new URL('../actions/post-login.js', import.meta.url), 'utf8');
  const exports: Record<string, Handler> = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the file is CommonJS within an ESM package, as at Auth0
  new Function('exports', 'fetch', source)(exports, ownFetch);
  const result: ActionResult = { denied: null, sentTo: null, accessToken: {}, idToken: {} };
  const claimsOf = (token: 'accessToken' | 'idToken') => ({
    setCustomClaim: (claim: string, value: unknown) => void (result[token][claim] = value),
  });
  await exports[name]?.(structuredClone(event), {
    access: { deny: (reason: string) => void (result.denied = reason) },
    redirect: { canRedirect: () => canRedirect, sendUserTo: (url: string) => void (result.sentTo = url) },
    accessToken: claimsOf('accessToken'),
    idToken: claimsOf('idToken'),
  });
  return result;
}
