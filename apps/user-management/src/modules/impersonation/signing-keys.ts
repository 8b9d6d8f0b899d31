import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { errorName } from '../../platform/errors/error-name.js';
import { RecurringWork } from '../../platform/jobs/recurring-work.js';
import { isStillPublished, planNextKey, PUBLISHED_AFTER_MS, signerAt, type KeyTimes } from './plan-keys.js';
import { createKeyPair, signToken, type KeyPair } from './sign-token.js';
import { SigningKeysRepository, type PublishedKey } from './signing-keys.repository.js';

const EVERY_MS = 60_000;

type SigningKey = KeyPair & KeyTimes;

/**
 * The keys with which this replica signs tokens. Their private halves are in its memory and nowhere else; the public ones
 * are in the database, so that every replica publishes those of all, and a token outlives the replica that signed it.
 *
 * A key is published when it is made, ten minutes before it signs; only the first one of a replica signs at once. A verifier
 * that doesn't know it yet fetches the keys anew, though not twice in 30 s.
 */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(SigningKeys.name);
  private readonly work = new RecurringWork(() => this.lookAfter());
  private keys: SigningKey[] = [];

  constructor(private readonly published: SigningKeysRepository) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.rotate(Date.now());
    this.work.start(EVERY_MS);
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  /** An access token of these claims, whose key everybody can look up. */
  async sign(claims: object, nowMs = Date.now()): Promise<string> {
    await this.rotate(nowMs);
    const key = signerAt(this.keys, nowMs);
    if (key === null) throw new Error('no key signs now');
    return signToken(key, claims);
  }

  /** What verifies the tokens of every replica: a JWK set (RFC 7517). */
  async getJwks(): Promise<{ keys: object[] }> {
    return { keys: await this.published.listPublic() };
  }

  /**
   * Makes the keys that are due and publishes those at hand: all of them each time, because a database that was restored
   * has lost some.
   */
  async rotate(nowMs: number): Promise<void> {
    const next = planNextKey(this.keys, nowMs, EVERY_MS);
    const keys = this.keys.filter((key) => isStillPublished(key, nowMs));
    this.keys = next ? [...keys, { ...createKeyPair(), ...next }] : keys;
    await this.published.insertMissing(this.keys.map(toPublished));
  }

  private async lookAfter(): Promise<void> {
    try {
      await this.rotate(Date.now());
      await this.published.deleteExpired();
    } catch (error) {
      this.logger.warn(`signing keys wait to be published: ${errorName(error)}`);
    }
  }
}

function toPublished({ kid, publicJwk, usedUntilMs }: SigningKey): PublishedKey {
  return { kid, publicJwk, usedUntil: new Date(usedUntilMs), expiresAt: new Date(usedUntilMs + PUBLISHED_AFTER_MS) };
}
