import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/**
 * The mock issuer's private keys, from a file that only its owner can read; made when there is none. Replicas on one
 * machine that start together agree: whoever links the finished file first wins, and nobody sees half a file.
 *
 * @param file path of the JSON file; its folder is created
 * @returns private RS256 keys, the signing one first
 * @throws when the file exists but holds no private RS256 key, or can't be written
 * @example
 * const signingKeys = await loadOrCreateSigningKeys('.data/mock-idp-keys.json');
 */
export async function loadOrCreateSigningKeys(file: string): Promise<JWK[]> {
  const existing = await readKeys(file);
  if (existing) return existing;
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}.tmp`;
  await writeFile(draft, JSON.stringify({ keys: [await generateSigningKey()] }), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const keys = await readKeys(file);
  if (!keys) throw new Error(`the signing keys file ${file} vanished while it was created`);
  return keys;
}

async function generateSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
}

async function readKeys(file: string): Promise<JWK[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  const keys = parseKeys(text);
  if (keys.length === 0) throw new Error(`${file} holds no private RS256 key; delete it to get a new one`);
  return keys;
}

/** A parse error would quote the file, which is a secret: anything unreadable counts as no keys. */
function parseKeys(text: string): JWK[] {
  try {
    const parsed = JSON.parse(text) as { keys?: unknown } | null;
    return Array.isArray(parsed?.keys) && parsed.keys.every(isPrivateRs256) ? parsed.keys : [];
  } catch {
    return [];
  }
}

function isPrivateRs256(key: unknown): key is JWK {
  if (typeof key !== 'object' || key === null) return false;
  const jwk = key as JWK;
  return jwk.kty === 'RSA' && jwk.alg === 'RS256' && typeof jwk.kid === 'string' && typeof jwk.d === 'string';
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
