import { encodeJson } from '../../src/testing/index.js';
import { issue, issueParts, issueText, vector, type Material, type Vector } from './vector.js';

const PARTS = 'The token does not have three parts';
const ENCODING = 'The token is not base64url';
const LENGTH = 'The token is longer than 8 KiB';
const TEXT = 'The token is not UTF-8';
const JSON_TEXT = 'The token is not JSON';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The last character of a text that isn't a multiple of three bytes carries bits that no byte has. */
function withTrailingBits(part: string): string {
  return part.slice(0, -1) + String(BASE64URL[BASE64URL.indexOf(String(part.at(-1))) + 1]);
}

/** The JSON with spaces, until its length leaves a remainder by three. */
function encodeUnevenly(value: object): string {
  let text = JSON.stringify(value);
  while (text.length % 3 !== 1) text += ' ';
  return Buffer.from(text).toString('base64url');
}

const header = ({ rsa }: Material): object => ({ alg: 'RS256', kid: rsa.kid });
const insert = (token: string, at: number, text: string): string => token.slice(0, at) + text + token.slice(at);

/** A good token that is exactly so long. No text has every length in base64url, so the header may have spaces too. */
export function issueOfLength(material: Material, length: number): string {
  for (const spaces of ['', ' ', '  ']) {
    const write = (padding: string): string =>
      issueText(material, {
        header: JSON.stringify(header(material)) + spaces,
        payload: JSON.stringify(material.claims({ padding })),
      });
    const missing = length - write('').length;
    for (const size of [0, 1, 2].map((more) => Math.floor((missing * 3) / 4) + more)) {
      const token = write('x'.repeat(size));
      if (token.length === length) return token;
    }
  }
  throw new Error(`no token is ${length} characters long`);
}

export const FORM_VECTORS: readonly Vector[] = [
  vector('nothing', PARTS, () => ''),
  vector('one part', PARTS, (m) => String(issue(m).split('.')[0])),
  vector('two parts', PARTS, (m) => issue(m).split('.').slice(0, 2).join('.')),
  vector('four parts, the last one empty', PARTS, (m) => `${issue(m)}.`),
  vector('four parts, the first one empty', PARTS, (m) => `.${issue(m)}`),
  vector('five parts that start with a good token (jose CVE-2022-36083)', PARTS, (m) => `${issue(m)}.a.b`),
  vector(
    'five parts as a JWE has them (jose CVE-2022-36083)',
    PARTS,
    () => [encodeJson({ alg: 'dir', enc: 'A256GCM', kid: 'k' }), '', 'a', 'b', 'c'].join('.'),
  ),
  vector('64 KiB of dots (go-jose CVE-2025-27144)', LENGTH, () => '.'.repeat(64 * 1024)),
  vector('8 KiB of dots (go-jose CVE-2025-27144)', PARTS, () => '.'.repeat(8192)),
  vector('two dots', ENCODING, () => '..'),
  vector('a good token of 8193 characters', LENGTH, (m) => issueOfLength(m, 8193)),
  vector('the JSON form of a JWS', PARTS, (m) => JSON.stringify({ payload: issue(m).split('.')[1] })),
  vector('two tokens', PARTS, (m) => `${issue(m)},${issue(m)}`),

  vector('a header with padding', ENCODING, (m) => issueParts(m, { header: `${encodeUnevenly(header(m))}==` })),
  vector('claims with padding', ENCODING, (m) => issueParts(m, { payload: `${encodeUnevenly(m.claims())}==` })),
  vector('a signature with padding', ENCODING, (m) => `${issue(m)}==`),
  vector('a header with trailing bits', ENCODING, (m) => issueParts(m, { header: withTrailingBits(encodeUnevenly(header(m))) })),
  vector('claims with trailing bits', ENCODING, (m) => issueParts(m, { payload: withTrailingBits(encodeUnevenly(m.claims())) })),
  vector('a signature with trailing bits', ENCODING, (m) => withTrailingBits(issue(m))),
  vector('a signature with three characters more', ENCODING, (m) => `${issue(m)}AAA`),
  vector('a signature in base64', ENCODING, (m) => issue(m).replace(/\.[^.]*$/, `.${'+/'.repeat(171)}`)),
  vector('claims in base64', ENCODING, (m) => issueParts(m, { payload: Buffer.from('{"a":"~~~>>>???"}').toString('base64') })),
  vector('no header', ENCODING, (m) => issueParts(m, { header: '' })),
  vector('no claims', ENCODING, (m) => issueParts(m, { payload: '' })),
  vector('no signature', ENCODING, (m) => issue(m).replace(/[^.]*$/, '')),
  vector('white space before', ENCODING, (m) => ` ${issue(m)}`),
  vector('a line break after', ENCODING, (m) => `${issue(m)}\n`),
  vector('a zero byte after', ENCODING, (m) => `${issue(m)}\u0000`),
  vector('a space within the claims', ENCODING, (m) => insert(issue(m), issue(m).indexOf('.') + 5, ' ')),
  vector('a line break within the signature', ENCODING, (m) => insert(issue(m), issue(m).length - 9, '\r\n')),
  vector('a letter that is no base64url', ENCODING, (m) => insert(issue(m), 4, 'é')),
  vector('the scheme before it', ENCODING, (m) => `Bearer ${issue(m)}`),
  vector('quotation marks around it', ENCODING, (m) => `"${issue(m)}"`),

  vector('a header that is not UTF-8', TEXT, (m) => issueText(m, { header: `{"alg":"RS256","kid":"${m.rsa.kid}","x":"\xff"}` })),
  vector(
    'claims that are not UTF-8: two subjects would read as one',
    TEXT,
    (m) => issueText(m, { payload: JSON.stringify(m.claims({ sub: 'm\xfcller' })) }),
  ),
  vector(
    'claims in UTF-16',
    TEXT,
    (m) => issueParts(m, { payload: Buffer.from(`\ufeff${JSON.stringify(m.claims())}`, 'utf16le').toString('base64url') }),
  ),
  vector('a header that is no JSON', JSON_TEXT, (m) => issueText(m, { header: 'header' })),
  vector('a header cut short', JSON_TEXT, (m) => issueText(m, { header: '{"alg":"RS256"' })),
  vector('a header that is an array', JSON_TEXT, (m) => issueText(m, { header: '["RS256"]' })),
  vector('a header that is null', JSON_TEXT, (m) => issueText(m, { header: 'null' })),
  vector('a header that is a string', JSON_TEXT, (m) => issueText(m, { header: '"RS256"' })),
  vector('a header after a byte order mark', JSON_TEXT, (m) => issueText(m, { header: '\xef\xbb\xbf{}' })),
];
