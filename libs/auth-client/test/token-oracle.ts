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
  /** How far clocks may differ. */
  toleranceSeconds: number;
}

type Json = ReadonlyMap<string, unknown>;

const LAST_SECOND = 8_640_000_000_000;

/**
 * Judges a token that the issuer's key has signed, from what DESIGN 10, RFC 7515, 7519 and 9068 and OpenID Connect say. It
 * shares nothing with the source.
 */
export function judge(header: Members, claims: Members, world: World): Outcome {
  const [head, body] = [new Map(header), new Map(claims)];
  if (isWrongHeader(head, world) || isWrongBody(body, world) || isOtherKind(head, body)) return 'token.invalid';
  return Number(body.get('exp')) + world.toleranceSeconds <= world.nowSeconds ? 'token.expired' : 'accepted';
}

/** The same for a token that user-management's key has signed: DESIGN 4 and RFC 8693 add what it must say of who acts. */
export function judgeImpersonation(header: Members, claims: Members, world: World): Outcome {
  const outcome = judge(header, claims, world);
  const type = String(new Map(header).get('typ'));
  const body = new Map(claims);
  const lives = Number(body.get('exp')) - Number(body.get('iat'));
  const isWhole = /^(application\/)?at\+jwt$/i.test(type) && isActor(body.get('act')) && isOwnId(body.get('jti')) && lives <= 900;
  return isWhole ? outcome : 'token.invalid';
}

function isActor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { sub, user_id: userId, ...others } = value as Record<string, unknown>;
  return isSubject(sub) && isOwnId(userId) && !Object.keys(others).includes('act');
}

function isOwnId(value: unknown): boolean {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
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
    Number(body.get('nbf') ?? 0) > world.nowSeconds + world.toleranceSeconds,
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
