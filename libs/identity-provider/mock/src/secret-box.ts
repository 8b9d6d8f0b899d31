import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what must not lie in the database in clear, and names what must be found again without being readable there.
 * Its keys come from the signing keys, which replicas share and the database never holds.
 */
export class SecretBox {
  readonly #sealingKeys: Buffer[];
  readonly #namingKey: Buffer;

  /** @param signingKeys the first seals; the others still open what they sealed when they were the first */
  constructor(signingKeys: JWK[]) {
    this.#sealingKeys = signingKeys.map((key) => derive(key, 'mock-idp mails'));
    this.#namingKey = derive(signingKeys[0] ?? {}, 'mock-idp names');
  }

  /** @param context has to be the same when it is opened, so a sealed text can't be moved to another row unnoticed */
  seal(text: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#sealingKeys[0] ?? '', nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return sealed.toString('base64url');
  }

  /** Null for what was sealed with a key that is gone, or was changed since. */
  open(sealed: string, context: string): string | null {
    const bytes = Buffer.from(sealed, 'base64url');
    return this.#sealingKeys.map((key) => openWith(key, bytes, context)).find((text) => text !== null) ?? null;
  }

  /** 64 hexadecimal digits, the same for the same text, that tell nothing without the key. */
  nameOf(text: string): string {
    return createHmac('sha256', this.#namingKey).update(text).digest('hex');
  }
}

function derive(key: JWK, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', String(key.d), '', purpose, KEY_BYTES));
}

function openWith(key: Buffer, bytes: Buffer, context: string): string | null {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
