import type { IncomingMessage, ServerResponse } from 'node:http';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { handleDevToken } from './dev-token-handler.js';
import { handleForcedChange } from './forced-change-handler.js';
import { handleInteraction, type InteractionParts } from './interaction-handler.js';
import { sendOAuthError } from './json-response.js';
import { handleMail, handleMailbox, type MailboxPageParts } from './mailbox-handler.js';
import { applyMount, pathOf, type Mount } from './mount-path.js';
import { handleRegister, handleVerify, type RegisterParts } from './register-handler.js';
import { BodyError } from './request-body.js';
import { handleReset, type ResetParts } from './reset-handler.js';
import type { TokenIssuerParts } from './token-issuer.js';
import { handleUserinfo, type UserinfoParts } from './userinfo-handler.js';

/** What the routes work with. */
export interface RouterParts extends InteractionParts, MailboxPageParts, RegisterParts, ResetParts {
  mount: Mount;
  tokens: TokenIssuerParts;
  userinfo: UserinfoParts;
  report: (error: Error) => void;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/** One route of ours: its methods, its path, and who answers; `match` is what the path's group took. */
interface Route {
  methods: readonly string[];
  path: RegExp;
  handle: (req: IncomingMessage, res: ServerResponse, parts: RouterParts, match: string) => Promise<void>;
}

const PAGE = ['GET'];
const FORM = ['GET', 'POST'];

const ROUTES: readonly Route[] = [
  {
    methods: FORM, path: /^\/interaction\/([A-Za-z0-9_-]+)$/,
    handle: (req, res, parts, uid) => handleInteraction(req, res, { ...parts, uid }),
  },
  {
    methods: FORM, path: /^\/interaction\/([A-Za-z0-9_-]+)\/password$/,
    handle: (req, res, parts, uid) => handleForcedChange(req, res, { ...parts, uid }),
  },
  { methods: FORM, path: /^\/reset$/, handle: handleReset },
  { methods: FORM, path: /^\/register$/, handle: handleRegister },
  { methods: FORM, path: /^\/verify$/, handle: handleVerify },
  { methods: PAGE, path: /^\/mailbox\/?$/, handle: handleMailbox },
  { methods: PAGE, path: /^\/mailbox\/([^/]+)$/, handle: (req, res, parts, id) => handleMail(req, res, { ...parts, id }) },
  { methods: FORM, path: /^\/userinfo$/, handle: (req, res, parts) => handleUserinfo(req, res, parts.userinfo) },
  { methods: ['POST'], path: /^\/dev-token$/, handle: (req, res, parts) => handleDevToken(req, res, parts.tokens) },
];

/** Our own pages in front of the library's endpoints. */
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
  const route = ROUTES.find((each) => each.methods.includes(req.method ?? '') && each.path.test(path));
  if (!route) return null;
  const match = route.path.exec(path)?.[1] ?? '';
  return (own, res) => route.handle(own, res, parts, match);
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
