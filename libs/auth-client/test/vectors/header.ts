import { createHmac } from 'node:crypto';
import { encodeJson, signToken } from '../../src/testing/index.js';
import { signText } from '../../src/testing/signing-key-pair.js';
import { issue, issueText, vector, type Material, type Vector } from './vector.js';

const ALGORITHM = 'The algorithm of the token is not accepted';
const NO_ALGORITHM = 'The token names no algorithm';
const KEY = 'The token was signed with an unknown key';
const NO_KEY = 'The token names no key';
const SIGNATURE = 'The signature of the token is wrong';
const EXTENSION = 'The token uses an extension that is not supported';
const TYPE = 'The token is not an access token';

/** Signs with a public key as if it were a shared secret, as many a library once let it pass. */
function hmac(material: Material, secret: string | Buffer): string {
  const text = [{ alg: 'HS256', typ: 'JWT', kid: material.rsa.kid }, material.claims()].map(encodeJson).join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const otherAlgorithms = ['none', 'None', 'nOnE', 'NONE', '', ' RS256', 'RS256 ', 'rs256', 'RS384', 'HS256', 'EdDSA', 'RSA-OAEP'];
const noAlgorithms = [undefined, null, 256, true, ['RS256'], { name: 'RS256' }];
const noKeys = [undefined, null, '', 0, true, ['k'], {}];
const otherKeys = [
  'unknown',
  '../../../../dev/null',
  'https://attacker.example.com/key',
  "' OR 1=1 --",
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(4000),
];
const otherTypes = ['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'JOSE', 'JWE', 'id_token', '', 'at+jwt ', 1, null, ['JWT'], {}];
const extensions: [string, object][] = [
  ['crit (fast-jwt GHSA-hm7r-c7qw-ghp6)', { crit: ['exp'] }],
  ['an empty crit', { crit: [] }],
  ['a crit that is null', { crit: null }],
  ['a crit that is a string', { crit: 'exp' }],
  ['b64 false', { b64: false }],
  ['b64 true', { b64: true }],
];

/** Somebody's own key, sent along in the four ways that a JWS header has for it. */
function ownKey({ strangers, issuer }: Material): object {
  const url = `${issuer.issuer}/own-keys`;
  const certificate = strangers.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  return { jwk: strangers.jwk, jku: url, x5u: url, x5c: [certificate] };
}

export const HEADER_VECTORS: readonly Vector[] = [
  ...otherAlgorithms.map((alg) => vector(`alg ${JSON.stringify(alg)}`, ALGORITHM, (m) => issue(m, {}, { alg }))),
  ...noAlgorithms.map((alg) => vector(`alg ${JSON.stringify(alg)}`, NO_ALGORITHM, (m) => issue(m, {}, { alg }))),
  vector(
    'alg none and no signature (jsonwebtoken CVE-2022-23540)',
    'The token is not base64url',
    (m) => `${[{ alg: 'none', kid: m.rsa.kid }, m.claims()].map(encodeJson).join('.')}.`,
  ),
  vector(
    'HS256 with the public key in PEM as secret (jsonwebtoken CVE-2022-23541)',
    ALGORITHM,
    (m) => hmac(m, m.rsa.publicKey.export({ format: 'pem', type: 'spki' })),
  ),
  vector(
    'HS256 with the public key in PKCS #1 after a line break as secret (fast-jwt GHSA-mvf2-f6gm-w987)',
    ALGORITHM,
    (m) => hmac(m, `\n${m.rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString()}`),
  ),
  vector('HS256 with the published key as secret', ALGORITHM, (m) => hmac(m, JSON.stringify(m.rsa.jwk))),
  vector('HS256 with an empty secret', ALGORITHM, (m) => hmac(m, '')),
  vector('alg twice, none last', ALGORITHM, (m) => issueText(m, { header: `{"alg":"RS256","kid":"${m.rsa.kid}","alg":"none"}` })),
  vector('alg in the prototype', NO_ALGORITHM, (m) => issueText(m, { header: `{"__proto__":{"alg":"RS256"},"kid":"${m.rsa.kid}"}` })),

  ...noKeys.map((kid) => vector(`kid ${JSON.stringify(kid)}`, NO_KEY, (m) => issue(m, {}, { kid }))),
  ...otherKeys.map((kid) => vector(`kid ${kid.slice(0, 40)}`, KEY, (m) => issue(m, {}, { kid }))),
  vector('kid in capitals', KEY, (m) => issue(m, {}, { kid: m.rsa.kid.toUpperCase() })),
  vector('kid in the prototype', NO_KEY, (m) => issueText(m, { header: `{"alg":"RS256","__proto__":{"kid":"${m.rsa.kid}"}}` })),
  vector(
    'an own key in the header, under the name of a good one',
    SIGNATURE,
    (m) => signToken({ ...m.strangers, kid: m.rsa.kid }, m.claims(), ownKey(m)),
  ),
  vector('an own key in the header, under its own name', KEY, (m) => signToken(m.strangers, m.claims(), ownKey(m))),

  ...extensions.map(([name, header]) => vector(name, EXTENSION, (m) => issue(m, {}, header))),
  vector(
    'claims that are not encoded (RFC 7797)',
    EXTENSION,
    (m) => signText(m.rsa, `${encodeJson({ alg: 'RS256', kid: m.rsa.kid, b64: false, crit: ['b64'] })}.{"sub":"admin"}`),
  ),
  ...otherTypes.map((typ) => vector(`typ ${JSON.stringify(typ)}`, TYPE, (m) => issue(m, {}, { typ }))),
];
