import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './json-response.js';
import { BodyError, readBody } from './request-body.js';
import { issueDevToken, type TokenIssuerParts } from './token-issuer.js';

/**
 * `POST {issuer}/dev-token` with JSON `{"email"}`: a token without a password, for development. See `issueDevToken`
 * for unknown and blocked accounts. JSON only: a form on another site can't send it without asking the browser first.
 */
export async function handleDevToken(req: IncomingMessage, res: ServerResponse, parts: TokenIssuerParts): Promise<void> {
  const email = parseEmailMember(await readBody(req, 'application/json'));
  sendJson(res, 200, await issueDevToken(parts, email));
}

function parseEmailMember(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BodyError(400, 'the body is not JSON');
  }
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const members = isObject ? Object.entries(body as object) : [];
  const [name, value] = members[0] ?? [];
  if (members.length !== 1 || name !== 'email' || typeof value !== 'string') {
    throw new BodyError(400, 'send {"email": "…"} and nothing else');
  }
  return value;
}
