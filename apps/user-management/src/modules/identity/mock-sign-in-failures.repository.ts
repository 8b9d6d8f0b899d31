import { Injectable } from '@nestjs/common';
import type { GuessRule, SignInFailureStore, TrimRule } from '@sa-platform/identity-provider-mock';
import { Database } from '../../platform/database/database.js';
import { violatedConstraint } from '../../platform/database/database-errors.js';

/** Wrong passwords in a row, counted by the database for all replicas together. */
@Injectable()
export class MockSignInFailuresRepository implements SignInFailureStore {
  constructor(private readonly database: Database) {}

  /**
   * Each step is one statement whose condition the database checks under the row's lock, so of any number of guesses at
   * once exactly `maxFailures` find room. PostgreSQL and MySQL share no upsert: the row is made first, and made again when
   * somebody's right password has removed it in between.
   */
  async claim(emailKey: string, rule: GuessRule): Promise<boolean> {
    for (;;) {
      if (await this.insert(emailKey, rule)) return true;
      await this.endLock(emailKey, rule);
      const { count } = await this.database.client.mockSignInFailure.updateMany({
        where: { emailKey, failures: { lt: rule.maxFailures } },
        data: { failures: { increment: 1 }, lastFailedAt: new Date(rule.now) },
      });
      if (count === 1) return true;
      if (await this.exists(emailKey)) return false;
    }
  }

  async clear(emailKey: string): Promise<void> {
    await this.database.client.mockSignInFailure.deleteMany({ where: { emailKey } });
  }

  async trim({ maxFailures, lockedSince, forgottenSince, keep }: TrimRule): Promise<void> {
    const isNotLocked = { OR: [{ failures: { lt: maxFailures } }, { lastFailedAt: { lte: new Date(lockedSince) } }] };
    const surplus = await this.database.client.mockSignInFailure.findFirst({
      orderBy: { lastFailedAt: 'desc' },
      skip: keep,
      select: { lastFailedAt: true },
    });
    const oldest = new Date(Math.max(Date.parse(forgottenSince), surplus?.lastFailedAt.getTime() ?? 0));
    await this.database.client.mockSignInFailure.deleteMany({ where: { ...isNotLocked, lastFailedAt: { lte: oldest } } });
  }

  private async insert(emailKey: string, { now }: GuessRule): Promise<boolean> {
    if (await this.exists(emailKey)) return false;
    try {
      await this.database.client.mockSignInFailure.create({
        data: { emailKey, failures: 1, lastFailedAt: new Date(now) },
        select: { failures: true },
      });
      return true;
    } catch (error) {
      if (violatedConstraint(error) === null) throw error;
      return false;
    }
  }

  private async exists(emailKey: string): Promise<boolean> {
    return (await this.database.client.mockSignInFailure.findUnique({ where: { emailKey }, select: { failures: true } })) !== null;
  }

  /** Whoever comes first after the lock starts the count anew; for the others the condition is over. */
  private async endLock(emailKey: string, { maxFailures, lockedSince }: GuessRule): Promise<void> {
    await this.database.client.mockSignInFailure.updateMany({
      where: { emailKey, failures: { gte: maxFailures }, lastFailedAt: { lte: new Date(lockedSince) } },
      data: { failures: 0 },
    });
  }
}
