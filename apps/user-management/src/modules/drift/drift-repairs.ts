import { Injectable } from '@nestjs/common';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { Config } from '../../platform/config/config.js';
import { AppError } from '../../platform/errors/app-error.js';
import { toAppError } from '../identity/identity.service.js';
import { isFinal } from '../identity/retry-delay.js';
import { allowedRepairs } from './allowed-repairs.js';
import { DriftItemsRepository, type DriftItem } from './drift-items.repository.js';
import { DriftRepairer, type RepairResult } from './drift-repairer.js';
import type { DriftRun, DriftStep } from './drift-run.js';
import type { RepairDirection } from './drift.js';

const LOOKED_THROUGH_AT_ONCE = 100;
const nothing = () => Promise.resolve();

/** The steps of a repair of many: one discrepancy after the other, of those that may go in its direction. */
@Injectable()
export class DriftRepairs {
  constructor(
    private readonly config: Config,
    private readonly items: DriftItemsRepository,
    private readonly repairer: DriftRepairer,
  ) {}

  /** @throws IdentityProviderError when the provider can't be asked now */
  async step(run: DriftRun): Promise<DriftStep> {
    const filter = { scanId: run.scanId ?? '', kind: run.itemKind ?? undefined };
    const items = await this.items.listOpen(filter, run.position, LOOKED_THROUGH_AT_ONCE);
    const direction = run.direction ?? 'push';
    const item = items.find((candidate) => allowedRepairs(candidate.kind, candidate, this.config.registration).includes(direction));
    const last = items.at(-1);
    if (!last) return { progress: {}, write: nothing, isLast: true };
    if (!item) return { progress: { position: last.id }, write: nothing };
    const result = await this.repair(item, { direction, actorId: run.actorId });
    const count = { repaired: run.repaired, gone: run.gone, refused: run.refused };
    count[result instanceof AppError ? 'refused' : result] += 1;
    return {
      progress: { position: item.id, ...count },
      write: async () => {
        if (result instanceof AppError) await this.items.settle(item.id, 'open', result.code);
      },
    };
  }

  /** @returns what became of it, or why it stays as it is */
  private async repair(item: DriftItem, { direction, actorId }: { direction: RepairDirection; actorId: string }): Promise<RepairResult | AppError> {
    try {
      return await this.repairer.repair(item, { direction, actor: { type: 'user', id: actorId }, isBulk: true });
    } catch (error) {
      if (error instanceof AppError && error.status < 500) return error;
      if (error instanceof IdentityProviderError && isFinal(error.failure)) return toAppError(error);
      throw error;
    }
  }
}
