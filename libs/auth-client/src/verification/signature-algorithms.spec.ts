import { constants, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { isKeyFor, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from './signature-algorithms.js';
import { encodeJson, signToken, type SigningKeyPair } from '../testing/index.js';
import { createSigningKeyPair } from '../testing/signing-key-pair.js';
import { TokenVerifier } from './token-verifier.js';

const options = {
  provider: 'oidc',
  issuer: 'https://issuer.example.com',
  audience: 'api',
  jwksUri: 'https://issuer.example.com/jwks',
  algorithms: SIGNATURE_ALGORITHMS,
} as const;

const verifierOf = (jwk: object): TokenVerifier =>
  new TokenVerifier({ ...options, fetch: () => Promise.resolve(Response.json({ keys: [{ ...jwk, kid: 'k' }] })) });

/** A token that jose made, which has its own idea of every algorithm. */
async function signWithJose(algorithm: SignatureAlgorithm): Promise<{ token: string; verifier: TokenVerifier }> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const token = await new SignJWT({ aud: 'api', iss: options.issuer, sub: 'a' })
    .setProtectedHeader({ alg: algorithm, kid: 'k' })
    .setIssuedAt()
    .setExpirationTime('5 minutes')
    .sign(privateKey);
  return { token, verifier: verifierOf(await exportJWK(publicKey)) };
}

test.each(SIGNATURE_ALGORITHMS)('%s: what jose signed is accepted, and refused with one bit changed', async (algorithm) => {
  const { token, verifier } = await signWithJose(algorithm);
  await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'a' });
  const [header = '', payload = '', signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
  const forged = [header, payload, bytes.toString('base64url')].join('.');
  await expect(verifier.verify(forged)).rejects.toMatchObject({ message: 'The signature of the token is wrong' });
});

/** A token of a key that says nothing of its algorithm. */
function signWithOwn(algorithm: SignatureAlgorithm): { token: string; key: SigningKeyPair; claims: object; verifier: TokenVerifier } {
  const key = { ...createSigningKeyPair(algorithm), kid: 'k' };
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: options.issuer, aud: 'api', sub: 'a', iat: seconds, exp: seconds + 60 };
  return { token: signToken(key, claims), key, claims, verifier: verifierOf({ ...key.jwk, alg: undefined }) };
}

test('a signature counts for no algorithm but its own, with a key that could do several', async () => {
  const { token, key, claims, verifier } = signWithOwn('PS256');
  const [, , ofPs256 = ''] = token.split('.');
  for (const alg of SIGNATURE_ALGORITHMS) {
    const outcome = expect(verifier.verify(signToken(key, claims, { alg })));
    if (alg === 'PS256') await outcome.resolves.toBeDefined();
    else await outcome.rejects.toMatchObject({ code: 'token.invalid' });
    const moved = [encodeJson({ alg, kid: 'k' }), encodeJson(claims), ofPs256].join('.');
    await expect(verifier.verify(moved)).rejects.toMatchObject({ code: 'token.invalid' });
  }
});

test.each([0, 20, 33, 222])('PS256 with a salt of %i bytes is refused: RFC 7518 wants 32', async (saltLength) => {
  const { token, key, verifier } = signWithOwn('PS256');
  await expect(verifier.verify(token)).resolves.toBeDefined();
  const text = token.slice(0, token.lastIndexOf('.'));
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign('sha256', Buffer.from(text), { key: key.privateKey, padding, saltLength });
  await expect(verifier.verify(`${text}.${signature.toString('base64url')}`)).rejects.toMatchObject({ code: 'token.invalid' });
});

test('the twin that every ECDSA signature has is a good signature of the same claims: no token is an identity', async () => {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const { token, verifier } = await signWithJose('ES256');
  const [header = '', payload = '', signature = ''] = token.split('.');
  const numbers = Buffer.from(signature, 'base64url').toString('hex');
  const s = (order - BigInt(`0x${numbers.slice(64)}`)).toString(16).padStart(64, '0');
  const twin = [header, payload, Buffer.from(numbers.slice(0, 64) + s, 'hex').toString('base64url')].join('.');
  expect(await verifier.verify(twin)).toEqual(await verifier.verify(token));
});

describe('a key suits', () => {
  const rsa = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).publicKey;
  const curve = (namedCurve: string): KeyObject => generateKeyPairSync('ec', { namedCurve }).publicKey;
  const forRsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

  test.each([
    ['RSA of 2048 bits', () => rsa(2048), forRsa],
    ['RSA of 2040 bits', () => rsa(2040), []],
    ['P-256', () => curve('P-256'), ['ES256']],
    ['P-384', () => curve('P-384'), ['ES384']],
    ['P-521', () => curve('P-521'), ['ES512']],
    ['secp256k1', () => curve('secp256k1'), []],
    ['Ed25519', () => generateKeyPairSync('ed25519').publicKey, []],
  ])('%s', (_name, make, expected) => {
    const key = make();
    expect(SIGNATURE_ALGORITHMS.filter((algorithm) => isKeyFor(algorithm, key))).toEqual(expected);
  });
});
