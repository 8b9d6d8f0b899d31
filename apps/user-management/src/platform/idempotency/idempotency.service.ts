import { hash } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { impersonationOf, type Caller } from '@sa-platform/auth-client';
import { AppError } from '../errors/app-error.js';
import { errorName } from '../errors/error-name.js';
import { RecurringWork } from '../jobs/recurring-work.js';
import { IdempotencyRepository, type StoredAnswer } from './idempotency.repository.js';

const KEPT_MS = 24 * 60 * 60 * 1000;
/** Longer than any request takes: after it, whoever held the claim is dead. */
const LOCK_MS = 60_000;
const CLEAN_UP_EVERY_MS = 60 * 60 * 1000;

/** What identifies a request: who sent it under which key, and what it asked. */
export interface IdempotentRequest {
  id: string;
  requestHash: string;
}

/** Same caller and key: the first answer again (Stripe's rules; reference/reliability.md). */
@Injectable()
export class IdempotencyService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(IdempotencyService.name);
  private readonly cleaning = new RecurringWork(() => this.cleanUp());

  constructor(private readonly keys: IdempotencyRepository) {}

  onApplicationBootstrap(): void {
    this.cleaning.start(CLEAN_UP_EVERY_MS);
  }

  onModuleDestroy(): Promise<void> {
    return this.cleaning.stop();
  }

  /** Neither the key nor the body is kept, only what they hash to. The separator can't be part of a caller or key. */
  identify(caller: Caller | undefined, key: string, request: { method: string; path: string; body: unknown }): IdempotentRequest {
    return {
      id: hash('sha256', `${nameOf(caller)}\n${key}`),
      requestHash: hash('sha256', `${request.method}\n${request.path}\n${JSON.stringify(request.body ?? null)}`),
    };
  }

  /**
   * @returns the stored answer, or null when the caller now holds the key and has to do the work
   * @throws AppError `idempotency.key_reused` for another request, `idempotency.in_flight` while the first one runs
   */
  async begin({ id, requestHash }: IdempotentRequest): Promise<StoredAnswer | null> {
    const now = Date.now();
    const lockedUntil = new Date(now + LOCK_MS);
    const expiresAt = new Date(now + KEPT_MS);
    if (await this.keys.claim(id, requestHash, lockedUntil, expiresAt)) return null;
    const key = await this.keys.find(id);
    if (key === null) throw new AppError('idempotency.in_flight');
    const isOver = key.expiresAt.getTime() < now;
    if (!isOver && key.requestHash !== requestHash) throw new AppError('idempotency.key_reused');
    if (!isOver && key.responseStatus !== null) {
      return { status: key.responseStatus, body: key.responseBody ?? '', etag: key.responseEtag };
    }
    const isAbandoned = isOver || key.lockedUntil.getTime() < now;
    if (isAbandoned && (await this.keys.takeOver(key, requestHash, lockedUntil, expiresAt))) return null;
    throw new AppError('idempotency.in_flight');
  }

  /** Inside a transaction the answer commits with the work it answers. */
  async store(id: string, answer: StoredAnswer): Promise<void> {
    await this.keys.store(id, answer);
  }

  /** Lets the key be used again: nothing was done. */
  async release(id: string): Promise<void> {
    await this.keys.release(id);
  }

  private async cleanUp(): Promise<void> {
    try {
      await this.keys.deleteExpired(new Date());
    } catch (error) {
      this.logger.warn(`expired keys stay: ${errorName(error)}`);
    }
  }
}

/** Whoever acts as a user is not the user: neither gets the other's answer again. */
function nameOf(caller: Caller | undefined): string {
  if (caller === undefined) return '';
  const impersonation = impersonationOf(caller);
  return impersonation === null ? caller.principal.subject : `${caller.principal.subject}\n${impersonation.id}`;
}
