/** What a verifier has to say of a token. */
export type Outcome = 'accepted' | 'token.invalid' | 'token.expired';

/** A JSON object as it is written: the same name may stand there twice. */
export type Members = readonly (readonly [name: string, value: unknown])[];

/** What the verifier was told, and which key signed. */
export interface World {
  alg: string;
  kid: string;
  iss: string;
  aud: string;
  nowSeconds: number;
}

type Json = ReadonlyMap<string, unknown>;

const TOLERANCE_SECONDS = 5;
const LAST_SECOND = 8_640_000_000_000;

/**
 * Judges a token that the issuer's key has signed, from what DESIGN 10, RFC 7515, 7519 and 9068 and OpenID Connect say. It
 * shares nothing with the source.
 */
export function judge(header: Members, claims: Members, world: World): Outcome {
  const [head, body] = [new Map(header), new Map(claims)];
  if (isWrongHeader(head, world) || isWrongBody(body, world) || isOtherKind(head, body)) return 'token.invalid';
  return Number(body.get('exp')) + TOLERANCE_SECONDS <= world.nowSeconds ? 'token.expired' : 'accepted';
}

function isWrongHeader(head: Json, world: World): boolean {
  return [head.get('alg') !== world.alg, head.get('kid') !== world.kid, head.has('crit'), head.has('b64')].includes(true);
}

function isWrongBody(body: Json, world: World): boolean {
  return [
    body.get('iss') !== world.iss,
    ![body.get('aud')].flat(1).includes(world.aud),
    !isSubject(body.get('sub')),
    !isTime(body.get('exp')),
    !isTime(body.get('iat')),
    body.has('nbf') && !isTime(body.get('nbf')),
    Number(body.get('nbf') ?? 0) > world.nowSeconds + TOLERANCE_SECONDS,
  ].includes(true);
}

/** Whether it is a token for something else, above all an ID token. */
function isOtherKind(head: Json, body: Json): boolean {
  const type = head.has('typ') ? head.get('typ') : 'JWT';
  if (typeof type !== 'string' || !/^((application\/)?at\+jwt|jwt)$/i.test(type)) return true;
  if (body.has('token_use') && body.get('token_use') !== 'access') return true;
  if (body.has('typ') && body.get('typ') !== 'Bearer') return true;
  const hasForeign = ['at_hash', 'c_hash', 's_hash', 'events'].some((name) => body.has(name));
  return /^jwt$/i.test(type) && (hasForeign || (body.has('nonce') && !body.has('scope')));
}

/** The text of the object, with everything that is there twice. */
export function writeMembers(members: Members): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

function isSubject(value: unknown): boolean {
  return typeof value === 'string' && /^(?!.*\p{Surrogate})[^]{1,255}$/su.test(value) && value.length <= 255;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= LAST_SECOND;
}
