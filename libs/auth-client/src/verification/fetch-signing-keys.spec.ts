import { JwksEndpoint } from '../../test/jwks-endpoint.js';
import { fetchSigningKeys, type SigningKeySet } from './fetch-signing-keys.js';
import { createSigningKeyPair } from '../testing/signing-key-pair.js';
import { checkVerifierOptions } from './verifier-options.js';

const endpoint = new JwksEndpoint();
const options = checkVerifierOptions(endpoint.options);
const fetchFrom = (answer: () => Response): Promise<SigningKeySet> =>
  fetchSigningKeys({ ...options, fetch: () => Promise.resolve(answer()) });

test('fetches the keys from their address, by their names', async () => {
  endpoint.published.push(createSigningKeyPair('ES256'));
  const set = await fetchSigningKeys(options);
  expect([...set.keys()]).toEqual(endpoint.published.map(({ kid }) => kid));
  expect(set.get(endpoint.key.kid)?.key.equals(endpoint.key.publicKey)).toBe(true);
});

test('gives up after the time that is set', async () => {
  endpoint.behaviour = 'hang';
  await expect(fetchSigningKeys({ ...options, jwksTimeoutMs: 10 })).rejects.toThrow('aborted');
});

test.each([
  ['no JSON', () => new Response('<html>')],
  ['no list', () => Response.json({ keys: 'all' })],
  ['nothing', () => Response.json(null)],
  ['no body', () => new Response(null)],
  ['a status other than 200', () => Response.json({ keys: [endpoint.key.jwk] }, { status: 203 })],
  ['more than 1 MiB', () => new Response('x'.repeat(1024 * 1024 + 1))],
])('fails when the answer is %s', async (_name, answer) => {
  await expect(fetchFrom(answer)).rejects.toThrow();
});

test('leaves out what is no key, or not for us', async () => {
  const other = createSigningKeyPair('ES256');
  const keys = [null, 'x', { kty: 'EC' }, { ...other.jwk, use: 'enc' }, endpoint.key.jwk];
  expect([...(await fetchFrom(() => Response.json({ keys }))).keys()]).toEqual([endpoint.key.kid]);
});

test('no key at all is an answer: the issuer removed them', async () => {
  expect((await fetchFrom(() => Response.json({ keys: [] }))).size).toBe(0);
});

test('of several keys with one name the first that is of use counts', async () => {
  const { kid, jwk, publicKey } = endpoint.key;
  const other = { ...createSigningKeyPair('ES256').jwk, kid };
  const set = await fetchFrom(() => Response.json({ keys: [{ ...other, use: 'enc' }, jwk, other] }));
  expect(set.size).toBe(1);
  expect(set.get(kid)?.key.equals(publicKey)).toBe(true);
});
