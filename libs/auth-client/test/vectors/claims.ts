import { issue, issueText, vector, type Material, type Vector } from './vector.js';

const ISSUER = 'The token was issued by another issuer';
const AUDIENCE = 'The token was issued for another audience';
const ACCESS = 'The token is not an access token';
const SUBJECT = 'The token names no subject';
const NOT_YET = 'The token is not valid yet';
const JSON_TEXT = 'The token is not JSON';
const EXPIRED = 'token.expired';

type Claims = Record<string, unknown>;
/** One vector for each value that a claim must not have. */
const forEach = (claim: string, values: readonly unknown[], detail: string): Vector[] =>
  values.map((value) => vector(`${claim} ${JSON.stringify(value)}`, detail, (m) => issue(m, { [claim]: value })));
const refuse = (name: string, detail: string, change: (m: Material) => Claims): Vector =>
  vector(name, detail, (m) => issue(m, change(m)));
const expire = (name: string, change: (m: Material) => Claims): Vector => ({ name, code: EXPIRED, make: (m) => issue(m, change(m)) });
/** Claims as JSON text, with a member that JSON.stringify would not write. */
const text = (name: string, detail: string, write: (json: string) => string): Vector =>
  vector(name, detail, (m) => issueText(m, { payload: write(JSON.stringify(m.claims()).slice(1, -1)) }));

const notTimes = [null, true, '1', '', 'NaN', [1], {}, -1, 1e300, 8.64e12 + 1];
const ours = (m: Material): string => m.issuer.audience;

export const CLAIM_VECTORS: readonly Vector[] = [
  ...forEach('iss', [undefined, null, '', 1, {}, 'https://elsewhere.example.com'], ISSUER),
  refuse('iss with a slash more', ISSUER, (m) => ({ iss: `${m.issuer.issuer}/` })),
  refuse('iss in capitals', ISSUER, (m) => ({ iss: m.issuer.issuer.toUpperCase() })),
  refuse('iss in a list', ISSUER, (m) => ({ iss: [m.issuer.issuer] })),

  ...forEach('aud', [undefined, null, '', 1, true, [], {}, ['a', 'b'], 'https://other.example.com'], AUDIENCE),
  refuse('aud with a slash more', AUDIENCE, (m) => ({ aud: `${ours(m)}/` })),
  refuse('aud that starts with ours', AUDIENCE, (m) => ({ aud: `${ours(m)}.example.com` })),
  refuse('aud within a longer text', AUDIENCE, (m) => ({ aud: `${ours(m)} other` })),
  refuse('aud in a list of lists', AUDIENCE, (m) => ({ aud: [[ours(m)]] })),
  refuse('aud as the name of a member', AUDIENCE, (m) => ({ aud: { [ours(m)]: true } })),

  refuse('an ID token of Auth0: its audience is the client', AUDIENCE, () => ({ aud: 'client', nonce: 'n', name: 'N', sid: 's' })),
  refuse('an ID token of Cognito', AUDIENCE, () => ({ aud: 'client', token_use: 'id', 'cognito:username': 'u' })),
  refuse('an ID token of Cognito for our audience', ACCESS, () => ({ token_use: 'id', 'cognito:username': 'u' })),
  refuse('an ID token of Keycloak', ACCESS, () => ({ typ: 'ID', azp: 'web', at_hash: 'h' })),
  refuse('a refresh token of Keycloak', ACCESS, () => ({ typ: 'Refresh', azp: 'web' })),
  refuse('an ID token for our audience, by its nonce', ACCESS, () => ({ nonce: 'n' })),
  vector('an ID token without typ for our audience', ACCESS, (m) => issue(m, { nonce: 'n' }, { typ: undefined })),
  refuse('an ID token for our audience, by at_hash', ACCESS, () => ({ at_hash: 'h', scope: 'openid' })),
  refuse('an ID token for our audience, by c_hash', ACCESS, () => ({ c_hash: 'h', scope: 'openid' })),
  refuse('an ID token for our audience, by s_hash', ACCESS, () => ({ s_hash: 'h', scope: 'openid' })),
  refuse('a logout token, by its events', ACCESS, () => ({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })),
  ...forEach('token_use', [null, 'id', 'refresh', ['access']], ACCESS),
  ...forEach('typ', [null, 'ID', 'bearer', 1], ACCESS),

  ...forEach('sub', [undefined, null, '', 1, true, ['a'], {}], SUBJECT),
  refuse('a sub of 256 characters', SUBJECT, () => ({ sub: 'x'.repeat(256) })),
  refuse('half a character in sub: all such halves are written as one', SUBJECT, () => ({ sub: 'user\ud800' })),

  ...forEach('exp', [undefined, ...notTimes], 'The token has no valid exp'),
  ...forEach('iat', [undefined, ...notTimes], 'The token has no valid iat'),
  ...forEach('nbf', notTimes, 'The token has no valid nbf'),
  text('an exp beyond every number', 'The token has no valid exp', (json) => `{${json},"exp":1e999}`),
  refuse('an nbf six seconds ahead', NOT_YET, (m) => ({ nbf: m.nowSeconds + 6 })),
  expire('an exp five seconds ago', (m) => ({ exp: m.nowSeconds - 5 })),
  expire('an exp of 1970', () => ({ exp: 0 })),
  expire('an exp with a fraction', (m) => ({ exp: m.nowSeconds - 5.001 })),
  expire('an exp a year ago, with nbf and iat before', (m) => ({ iat: 1, nbf: 1, exp: m.nowSeconds - 31_536_000 })),
  refuse('expired, for another audience', AUDIENCE, () => ({ exp: 0, aud: 'other' })),
  refuse('expired, of another issuer', ISSUER, () => ({ exp: 0, iss: 'other' })),
  refuse('expired, without subject', SUBJECT, () => ({ exp: 0, sub: undefined })),
  refuse('expired, without iat', 'The token has no valid iat', () => ({ exp: 0, iat: undefined })),
  refuse('expired, an ID token', ACCESS, () => ({ exp: 0, nonce: 'n' })),
  refuse('expired, and not valid yet', NOT_YET, (m) => ({ exp: 0, nbf: m.nowSeconds + 6 })),

  text('aud twice, ours first', AUDIENCE, (json) => `{${json},"aud":"other"}`),
  text('sub twice, the last one empty', SUBJECT, (json) => `{${json},"sub":""}`),
  { ...text('exp twice, the last one long ago', '', (json) => `{${json},"exp":1}`), code: EXPIRED, detail: undefined },
  text('claims in the prototype', ISSUER, (json) => `{"__proto__":{${json}}}`),
  text('sub in the prototype', SUBJECT, (json) => `{${json.replace('"sub"', '"__proto__":{"sub":"a"},"x"')}}`),
  text('claims in a list', JSON_TEXT, (json) => `[{${json}}]`),
  text('claims that are null', JSON_TEXT, () => 'null'),
  text('claims that are a number', JSON_TEXT, () => '1'),
  text('claims that are a string', JSON_TEXT, (json) => JSON.stringify(`{${json}}`)),
  text('claims cut short', JSON_TEXT, (json) => `{${json}`),
  text('claims with a comma too many', JSON_TEXT, (json) => `{${json},}`),
  text('claims after a byte order mark', JSON_TEXT, (json) => `\xef\xbb\xbf{${json}}`),
  text('claims in a thousand lists', JSON_TEXT, (json) => `${'['.repeat(1000)}{${json}}${']'.repeat(1000)}`),
];
