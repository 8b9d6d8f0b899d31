import { createHash, randomBytes } from 'node:crypto';

const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A link's secret part, for the mail, and what is stored of it. */
export interface LinkToken {
  token: string;
  tokenHash: string;
}

/** 256 random bits: a plain hash is enough, there is nothing to guess. */
export function createLinkToken(): LinkToken {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: hashOf(token) };
}

/** Null for what can't be a token. */
export function hashLinkToken(token: string | null): string | null {
  return token !== null && TOKEN.test(token) ? hashOf(token) : null;
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
