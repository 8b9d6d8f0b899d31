import { readBearerToken } from './bearer-token.js';

test.each([
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER    abc', 'abc'],
  ['Bearer a b', 'a b'],
  ['Bearer', null],
  ['Bearer ', null],
  ['Bearerabc', null],
  [' Bearer abc', null],
  ['Basic abc', null],
  ['', null],
  [undefined, null],
])('%j names the token %j', (authorization, token) => {
  expect(readBearerToken(authorization)).toBe(token);
});
