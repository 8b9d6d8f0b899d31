import fc from 'fast-check';
import type { Members } from './token-oracle.js';

/** Makes another text of a token. `others`: good tokens to take parts of. */
export type TokenMutation = (token: string, others: readonly string[]) => string;
/** Makes another object of a token's header or claims. */
export type MembersMutation = (members: Members) => Members;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const letter = fc.constantFrom(...Array.from(`${LETTERS}.=+/ %\n\u0000é`));
/** A place in a text, whatever its length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const part = fc.nat(2);

const indexIn = (token: string, at: number): number => Math.floor(at * token.length);
const splice = (token: string, at: number, remove: number, text = ''): string => token.slice(0, at) + text + token.slice(at + remove);
const mapPart = (token: string, index: number, change: (text: string) => string): string =>
  token
    .split('.')
    .map((text, at) => (at === index ? change(text) : text))
    .join('.');
const decode = (text: string): Buffer => Buffer.from(text, 'base64url');

function swapCharacters(token: string, one: number, other: number): string {
  const characters = Array.from(token);
  [characters[one], characters[other]] = [characters[other] ?? '', characters[one] ?? ''];
  return characters.join('');
}

function changeCase(token: string, at: number): string {
  const character = token.charAt(at);
  return splice(token, at, 1, character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase());
}

/** Changes of the text, wherever. */
const textMutation: fc.Arbitrary<TokenMutation> = fc.oneof(
  fc.tuple(place, letter).map(([at, text]): TokenMutation => (token) => splice(token, indexIn(token, at), 1, text)),
  fc.tuple(place, letter).map(([at, text]): TokenMutation => (token) => splice(token, indexIn(token, at), 0, text)),
  fc.tuple(place, fc.integer({ min: 1, max: 9 })).map(([at, count]): TokenMutation => (token) => splice(token, indexIn(token, at), count)),
  fc.tuple(place, place).map(([a, b]): TokenMutation => (token) => swapCharacters(token, indexIn(token, a), indexIn(token, b))),
  place.map((at): TokenMutation => (token) => changeCase(token, indexIn(token, at))),
  fc.tuple(place, fc.nat(5)).map(([at, bit]): TokenMutation => (token) => flipBit(token, indexIn(token, at), bit)),
  fc.constantFrom('=', '==', '===', 'A', 'AA', '.', '..', ' ', '\n', '\u0000', '%3D').map((end): TokenMutation => (token) => token + end),
);

/** Another letter of base64url that differs in one of its six bits. */
function flipBit(token: string, at: number, bit: number): string {
  const value = LETTERS.indexOf(token.charAt(at));
  return value < 0 ? token : splice(token, at, 1, LETTERS.charAt(value ^ (1 << bit)));
}

const reencode = fc.constantFrom<(text: string) => string>(
  (text) => decode(text).toString('base64'),
  (text) => `${text}=`.padEnd(Math.ceil((text.length + 1) / 4) * 4, '='),
  (text) => decode(text).toString('hex'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => encodeURIComponent(`${text}=`),
  (text) => Buffer.concat([decode(text), Buffer.alloc(1)]).toString('base64url'),
  (text) => decode(text).subarray(0, -1).toString('base64url'),
  (text) => decode(text).reverse().toString('base64url'),
  () => '',
);

/** Changes of whole parts, and parts of other tokens. */
const partMutation: fc.Arbitrary<TokenMutation> = fc.oneof(
  fc.tuple(part, fc.nat()).map(([index, other]): TokenMutation => (token, others) =>
    mapPart(token, index, () => others[other % others.length]?.split('.')[index] ?? ''),
  ),
  fc.tuple(part, reencode).map(([index, change]): TokenMutation => (token) => mapPart(token, index, change)),
  fc.tuple(part, part).map(([index, from]): TokenMutation => (token) => mapPart(token, index, () => token.split('.')[from] ?? '')),
  fc.constantFrom([0, 1], [1, 2], [0], [2, 1, 0], [0, 1, 2, 2], [0, 1, 2, 0, 1]).map((order): TokenMutation => (token) =>
    order.map((index) => token.split('.')[index]).join('.'),
  ),
);

const SPECIAL_VALUES = ['access', 'id', 'Bearer', 'ID', 'JWT', 'at+jwt', 'none', 'HS256', 'RS256', 'PS256', 'ES256', '', 'api', '\ud800'];
const ACTOR = { sub: 'auth0|admin', user_id: '0197-admin' };
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(ACTOR, { ...ACTOR, act: ACTOR }, { sub: ACTOR.sub }, { ...ACTOR, user_id: 'a b' }, [ACTOR]),
  fc.constantFrom(...SPECIAL_VALUES, null, true, false, 0, -0, -1, 1, 1e300, 8.64e12, 8.64e12 + 1),
  fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const newName = fc.constantFrom(
  ...['crit', 'b64', 'typ', 'jku', 'jwk', 'x5u', 'zip', 'cty', 'nonce', 'scope', 'at_hash', 'c_hash', 's_hash', 'events'],
  ...['token_use', 'nbf', 'client_id', 'azp', 'gty', '__proto__', 'constructor', 'toString', 'jti', 'auth_time', 'act'],
);

/** The same value with another type. */
function retype(old: unknown, how: number): unknown {
  return [String(old), [old], { value: old }, Number(old), old === null ? {} : null, [[old]], !old][how];
}

const at = (members: Members, index: number): number => index % Math.max(members.length, 1);
const replace = (members: Members, index: number, change: (value: unknown) => unknown): Members =>
  members.map(([name, old], position) => [name, position === at(members, index) ? change(old) : old]);

/** Members that change, go, come, come twice, or get another type. */
export const membersMutation: fc.Arbitrary<MembersMutation> = fc.oneof(
  fc.tuple(fc.nat(), value).map(([index, next]): MembersMutation => (members) => replace(members, index, () => next)),
  fc.tuple(fc.nat(), fc.nat(6)).map(([index, how]): MembersMutation => (members) => replace(members, index, (old) => retype(old, how))),
  fc.nat().map((index): MembersMutation => (members) => members.filter((_member, position) => position !== at(members, index))),
  fc.tuple(newName, value).map(([name, next]): MembersMutation => (members) => [...members, [name, next]]),
  fc.tuple(fc.nat(), value, fc.boolean()).map(([index, next, isLast]): MembersMutation => (members) => {
    const twin = [members[at(members, index)]?.[0] ?? 'sub', next] as const;
    return isLast ? [...members, twin] : [twin, ...members];
  }),
  fc.tuple(fc.nat(), fc.constantFrom(0.5, 2, -1, 1e6)).map(([index, factor]): MembersMutation => (members) =>
    replace(members, index, (old) => (typeof old === 'number' ? old * factor : old)),
  ),
);

/** Changes by somebody who has no key. `write` makes text of members. */
export function tokenMutation(write: (members: Members) => string): fc.Arbitrary<TokenMutation> {
  const jsonMutation = fc.tuple(fc.nat(1), membersMutation).map(([index, mutate]): TokenMutation => (token) =>
    mapPart(token, index, (text) => {
      const members = Object.entries(JSON.parse(decode(text).toString()) as object);
      return Buffer.from(write(mutate(members))).toString('base64url');
    }),
  );
  return fc.oneof(textMutation, partMutation, jsonMutation);
}
