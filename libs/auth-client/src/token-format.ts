import { isUtf8 } from 'node:buffer';
import { AuthError } from './auth-error.js';

/** Longest token that is looked at, in characters. */
export const MAX_TOKEN_LENGTH = 8192;

/** What of a token's header decides how it is verified. */
export interface TokenHeader {
  algorithm: string;
  keyId: string;
  /** True when `typ` says that this is an access token (RFC 9068), whatever else it looks like. */
  isDeclaredAccessToken: boolean;
}

const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt'];

/**
 * Reads the header of a compact JWS after checking the form that libraries are lenient about: at most 8 KiB, measured
 * before splitting (go-jose CVE-2025-27144), exactly three parts (jose CVE-2022-36083), canonical base64url, so that no
 * two strings are one token, valid UTF-8, no `crit` (RFC 7515 4.1.11 wants unknown extensions refused) and a `kid`.
 *
 * @throws AuthError `token.invalid`
 */
export function readTokenHeader(token: string): TokenHeader {
  if (token.length > MAX_TOKEN_LENGTH) throw malformed('The token is longer than 8 KiB');
  const parts = token.split('.', 4);
  if (parts.length !== 3) throw malformed('The token does not have three parts');
  const [header, payload] = parts.map(decodeCanonical) as [Buffer, Buffer, Buffer];
  if (!isUtf8(header) || !isUtf8(payload)) throw malformed('The token is not UTF-8');
  return readHeader(parseObject(header));
}

function readHeader(header: Record<string, unknown>): TokenHeader {
  if ('crit' in header || 'b64' in header) throw malformed('The token uses an extension that is not supported');
  if (typeof header['alg'] !== 'string') throw malformed('The token names no algorithm');
  if (typeof header['kid'] !== 'string' || header['kid'] === '') throw malformed('The token names no key');
  return {
    algorithm: header['alg'],
    keyId: header['kid'],
    isDeclaredAccessToken: isAccessTokenType(header['typ']),
  };
}

/** `typ` is a media type, so its case doesn't matter (RFC 7515 4.1.9). */
function isAccessTokenType(type: unknown): boolean {
  if (type === undefined) return false;
  const name = typeof type === 'string' ? type.toLowerCase() : '';
  if (ACCESS_TOKEN_TYPES.includes(name)) return true;
  if (name !== 'jwt') throw malformed('The token is not an access token');
  return false;
}

function decodeCanonical(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== part) throw malformed('The token is not base64url');
  return bytes;
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed('The token is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('The token is not JSON');
  return value as Record<string, unknown>;
}

const malformed = (detail: string): AuthError => new AuthError('token.invalid', detail);
