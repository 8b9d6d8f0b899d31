import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { AuthError } from '../auth-error.js';

/** Longest token that is looked at, in characters. */
const MAX_TOKEN_LENGTH = 8192;

/** What of a token's header decides how it is verified. Anything else in it, keys and their addresses included, is never read. */
export interface TokenHeader {
  algorithm: string;
  keyId: string;
  /** True when `typ` says that this is an access token (RFC 9068), whatever else it looks like. */
  isDeclaredAccessToken: boolean;
}

/** A token taken apart; nothing of it is verified. */
export interface ParsedToken {
  header: TokenHeader;
  /** The claims, as UTF-8 that may be no JSON: they are read once the signature is known to be good. */
  payload: Buffer;
  /** What the signature is of: header and payload as they came. */
  bytes: Buffer;
  signature: Buffer;
}

const ACCESS_TOKEN_TYPES = ['at+jwt', 'application/at+jwt'];

/**
 * The SHA-256 of a token. The length is measured first, before anything is computed or split (go-jose CVE-2025-27144).
 *
 * @throws AuthError `token.invalid` for what isn't a string of at most 8 KiB
 */
export function digestToken(token: unknown): string {
  if (typeof token !== 'string') throw malformed('The token is not a string');
  if (token.length > MAX_TOKEN_LENGTH) throw malformed('The token is longer than 8 KiB');
  return hash('sha256', token, 'binary');
}

/**
 * Takes compact JWS apart and checks the form that libraries are lenient about: exactly three parts (jose CVE-2022-36083),
 * canonical base64url, so that no two strings are one token, valid UTF-8, no `crit` (RFC 7515 4.1.11 wants unknown
 * extensions refused), a `kid`. Of JSON members that are there twice the last counts (RFC 7519 section 4).
 */
export class TokenParser {
  /** Tokens of one key share their header: reading it anew is a twentieth of what a verification costs. */
  #lastHeader: { text: string; header: TokenHeader } | null = null;

  /**
   * @param token at most 8 KiB, see `digestToken`
   * @throws AuthError `token.invalid`
   */
  parse(token: string): ParsedToken {
    const parts = token.split('.', 4);
    if (parts.length !== 3) throw malformed('The token does not have three parts');
    const [header, payload, signature] = parts as [string, string, string];
    return {
      header: this.#readHeader(header),
      payload: decodeText(payload),
      bytes: Buffer.from(token.slice(0, token.lastIndexOf('.')), 'latin1'),
      signature: decodeCanonical(signature),
    };
  }

  #readHeader(text: string): TokenHeader {
    if (this.#lastHeader?.text !== text) this.#lastHeader = { text, header: readHeader(parseObject(decodeText(text))) };
    return this.#lastHeader.header;
  }
}

/**
 * The JSON object in bytes of UTF-8.
 *
 * @throws AuthError `token.invalid`
 */
export function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  const value = parseJson(bytes.toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('The token is not JSON');
  return value as Record<string, unknown>;
}

/** The issuer that a payload names: whose token this claims to be, which nothing vouches for yet. */
export function peekIssuer(payload: Buffer): unknown {
  return (parseJson(payload.toString('utf8')) as { iss?: unknown } | null)?.iss;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readHeader(header: Readonly<Record<string, unknown>>): TokenHeader {
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

function decodeText(part: string): Buffer {
  const bytes = decodeCanonical(part);
  if (!isUtf8(bytes)) throw malformed('The token is not UTF-8');
  return bytes;
}

function decodeCanonical(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.length === 0 || bytes.toString('base64url') !== part) throw malformed('The token is not base64url');
  return bytes;
}

const malformed = (detail: string): AuthError => new AuthError('token.invalid', detail);
