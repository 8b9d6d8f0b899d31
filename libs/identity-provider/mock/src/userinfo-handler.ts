import type { IncomingMessage, ServerResponse } from 'node:http';
import { jwtVerify, type createLocalJWKSet, type JWTPayload } from 'jose';
import type { MockAccountStore } from './mock-account.js';
import { sendJson } from './json-response.js';
import { claimsByScope, toAccountClaims } from './oidc-account.js';

/** What userinfo verifies tokens against. */
export interface UserinfoParts {
  issuer: string;
  audience: string;
  accounts: MockAccountStore;
  publicKeys: ReturnType<typeof createLocalJWKSet>;
  /** Browser applications of these origins may call. */
  origins: string[];
}

/**
 * Userinfo for access tokens of our API, as Auth0 answers it. The library's own endpoint refuses tokens with an
 * audience, and ours always have one. Blocked accounts are refused.
 */
export async function handleUserinfo(req: IncomingMessage, res: ServerResponse, parts: UserinfoParts): Promise<void> {
  const cors = corsHeaders(req.headers.origin, parts.origins);
  const token = /^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const payload = token === undefined ? null : await verify(token, parts);
  const account = payload?.sub === undefined ? null : await parts.accounts.find(payload.sub);
  if (!payload || !account || account.blocked) {
    sendJson(res, 401, { error: 'invalid_token' }, { ...cors, 'www-authenticate': 'Bearer error="invalid_token"' });
    return;
  }
  const scopes = typeof payload.scope === 'string' ? payload.scope.split(' ') : [];
  if (!scopes.includes('openid')) {
    const challenge = 'Bearer error="insufficient_scope", scope="openid"';
    sendJson(res, 403, { error: 'insufficient_scope', scope: 'openid' }, { ...cors, 'www-authenticate': challenge });
    return;
  }
  const opened = claimsByScope(parts.audience);
  const names = new Set(scopes.flatMap((scope) => opened[scope] ?? []));
  const claims = Object.entries(toAccountClaims(account, parts.audience)).filter(([name]) => names.has(name));
  sendJson(res, 200, Object.fromEntries(claims), cors);
}

async function verify(token: string, parts: UserinfoParts): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, parts.publicKeys, {
      issuer: parts.issuer,
      audience: parts.audience,
      typ: 'at+jwt',
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch {
    return null;
  }
}

function corsHeaders(origin: string | undefined, allowed: string[]): Record<string, string> {
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Origin' };
  return { vary: 'Origin', 'access-control-allow-origin': origin };
}
