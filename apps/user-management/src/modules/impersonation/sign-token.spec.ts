import { verify, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createKeyPair, signToken } from './sign-token.js';

const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown;

describe('a signed token', () => {
  const pair = createKeyPair();
  const token = signToken(pair, { sub: 'müller' });

  it('is an access token with its key, and carries the claims', () => {
    const [header, claims] = token.split('.');
    expect(decode(header)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: pair.kid });
    expect(decode(claims)).toEqual({ sub: 'müller' });
  });

  it('is verified by the published half', () => {
    const [content, signature] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)];
    const key = createPublicKey({ key: pair.publicJwk, format: 'jwk' });
    expect(verify('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  });
});

describe('a key', () => {
  it('is another one each time, and nothing of its private half is published', () => {
    const [one, other] = [createKeyPair(), createKeyPair()];
    expect(one.kid).not.toBe(other.kid);
    expect(Object.keys(one.publicJwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(one.publicJwk.x).not.toBe(other.publicJwk.x);
  });
});
