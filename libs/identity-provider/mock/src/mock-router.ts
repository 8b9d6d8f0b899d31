import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { handleDevToken } from './dev-token-handler.js';
import { handleInteraction, type InteractionParts } from './interaction-handler.js';
import { sendOAuthError } from './json-response.js';
import { applyMount, pathOf, type Mount } from './mount-path.js';
import { BodyError } from './request-body.js';
import type { TokenIssuerParts } from './token-issuer.js';
import { handleUserinfo, type UserinfoParts } from './userinfo-handler.js';

/** What the routes work with. */
export interface RouterParts extends InteractionParts {
  mount: Mount;
  tokens: TokenIssuerParts;
  userinfo: UserinfoParts;
  report: (error: Error) => void;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** Our own three pages in front of the library's endpoints. */
export function createRouter(parts: RouterParts): (req: IncomingMessage, res: ServerResponse) => void {
  const library = parts.oidc.callback();
  return (req, res) => {
    applyMount(req, parts.mount);
    const own = chooseOwnHandler(req, parts);
    if (own) own(req, res).catch((error: unknown) => fail(error, req, res, parts));
    else void library(req, res);
  };
}

function chooseOwnHandler(req: IncomingMessage, parts: RouterParts): Handler | null {
  const path = pathOf(req);
  const uid = /^\/interaction\/([A-Za-z0-9_-]+)$/.exec(path)?.[1];
  if (req.method !== 'GET' && req.method !== 'POST') return null;
  if (uid !== undefined) return (own, res) => handleInteraction(own, res, { ...parts, uid });
  if (path === '/userinfo') return (own, res) => handleUserinfo(own, res, parts.userinfo);
  if (path === '/dev-token' && req.method === 'POST') return (own, res) => handleDevToken(own, res, parts.tokens);
  return null;
}

function fail(error: unknown, req: IncomingMessage, res: ServerResponse, { report }: RouterParts): void {
  // The rest of a refused body is still coming: without this it would be read as the next request.
  if (!req.complete) res.setHeader('connection', 'close');
  if (error instanceof BodyError) {
    sendOAuthError(res, error.status, 'invalid_request', error.message);
  } else if (error instanceof IdentityProviderError && error.failure === 'rejected') {
    sendOAuthError(res, 400, 'invalid_request', error.message);
  } else {
    report(error instanceof Error ? error : new Error('a value was thrown that is no error'));
    if (res.headersSent) res.destroy();
    else sendOAuthError(res, 500, 'server_error', 'the mock identity provider failed');
  }
}
