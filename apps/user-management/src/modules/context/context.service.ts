import { Injectable } from '@nestjs/common';
import type { ContextAnswer, UserContext } from '@sa-platform/contracts';
import { AppError } from '../../platform/errors/app-error.js';
import { ContextRepository, type UserKey } from './context.repository.js';
import { resolveContext, resolveHoldings } from './resolve-context.js';

@Injectable()
export class ContextService {
  constructor(private readonly contexts: ContextRepository) {}

  async findContext(key: UserKey): Promise<UserContext | null> {
    return resolveContext(await this.contexts.findRows(key));
  }

  /** @throws AppError `user.not_found` */
  async getContext(userId: string): Promise<UserContext> {
    const context = await this.findContext({ id: userId });
    if (context === null) throw new AppError('user.not_found');
    return context;
  }

  /**
   * What the user would hold if active and nothing had expired.
   *
   * @throws AppError `user.not_found`
   */
  async getHoldings(userId: string): Promise<UserContext> {
    const holdings = resolveHoldings(await this.contexts.findRows({ id: userId }));
    if (holdings === null) throw new AppError('user.not_found');
    return holdings;
  }

  /** One answer per id, in the order asked. */
  async listContexts(userIds: string[]): Promise<{ items: ContextAnswer[] }> {
    const contexts = await Promise.all(userIds.map((id) => this.findContext({ id })));
    const items = userIds.map((user_id, index): ContextAnswer => {
      const context = contexts[index];
      return context ? { user_id, context } : { user_id, error: 'user.not_found' };
    });
    return { items };
  }

  async listVersions(userIds: string[]): Promise<Map<string, number>> {
    return this.contexts.listVersions(userIds);
  }

  /** @throws AppError `user.not_found` */
  async getVersion(userId: string): Promise<number> {
    const version = (await this.contexts.listVersions([userId])).get(userId);
    if (version === undefined) throw new AppError('user.not_found');
    return version;
  }
}
