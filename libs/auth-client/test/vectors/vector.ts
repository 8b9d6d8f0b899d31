import { encodeJson, signToken, startTestIssuer, type SigningKeyPair, type TestIssuer } from '../../src/testing/index.js';
import { createSigningKeyPair, signText } from '../../src/testing/signing-key-pair.js';

/** What vectors are made of: an issuer with two published keys, and a stranger's key. */
export interface Material {
  issuer: TestIssuer;
  rsa: SigningKeyPair;
  ec: SigningKeyPair;
  /** Not published. */
  strangers: SigningKeyPair;
  nowSeconds: number;
  /** Claims that are accepted, with changes; undefined leaves one out. */
  claims(changes?: Record<string, unknown>): Record<string, unknown>;
}

/** A token that must be refused. */
export interface Vector {
  name: string;
  /** `token.invalid` when left out. */
  code?: 'token.expired';
  /** The sentence that says why; the code's own title when left out. */
  detail?: string;
  make(material: Material): string;
}

/** A token that must be refused as not valid, with this sentence. */
export const vector = (name: string, detail: string, make: Vector['make']): Vector => ({ name, detail, make });

export const NOW_MS = Date.UTC(2026, 10, 21, 12);

/** Starts the issuer that the vectors are about; its clock and that of every verifier stands still. */
export async function createMaterial(): Promise<Material> {
  const issuer = await startTestIssuer({ now: () => NOW_MS });
  const rsa = issuer.key;
  issuer.rotate({ algorithm: 'ES256' });
  const nowSeconds = NOW_MS / 1000;
  const times = { iat: nowSeconds, exp: nowSeconds + 300 };
  return {
    issuer,
    rsa,
    ec: issuer.key,
    strangers: createSigningKeyPair(),
    nowSeconds,
    claims: (changes = {}) => ({ iss: issuer.issuer, aud: issuer.audience, sub: 'test-user', ...times, ...changes }),
  };
}

/** A good token of the RSA key, but for the changes. */
export function issue({ rsa, claims }: Material, changes: Record<string, unknown> = {}, header: object = {}): string {
  return signToken(rsa, claims(changes), header);
}

/** A token whose header and claims are JSON text of our own, with a good signature. */
export function issueText({ rsa, claims }: Material, { header, payload }: { header?: string; payload?: string }): string {
  const texts = [header ?? JSON.stringify({ alg: 'RS256', kid: rsa.kid }), payload ?? JSON.stringify(claims())];
  return signText(rsa, texts.map((text) => Buffer.from(text, 'latin1').toString('base64url')).join('.'));
}

/** The same for text that is base64url already, or isn't. */
export function issueParts({ rsa, claims }: Material, { header, payload }: { header?: string; payload?: string }): string {
  return signText(rsa, [header ?? encodeJson({ alg: 'RS256', kid: rsa.kid }), payload ?? encodeJson(claims())].join('.'));
}
