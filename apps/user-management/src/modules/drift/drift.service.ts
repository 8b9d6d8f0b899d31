import { Injectable } from '@nestjs/common';
import type { Caller } from '@sa-platform/auth-client';
import type { AuditAction, EventActor } from '@sa-platform/contracts';
import { Config } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { AppError } from '../../platform/errors/app-error.js';
import { actorOf, userOf } from '../access/caller.js';
import { AuditTrail } from '../audit/audit-trail.js';
import { IdentityService } from '../identity/identity.service.js';
import { DriftItemsRepository, type DriftItem } from './drift-items.repository.js';
import { DriftRepairer } from './drift-repairer.js';
import type { DriftRun } from './drift-run.js';
import { DriftRunsRepository } from './drift-runs.repository.js';
import { toItemView, toRepairView, toScanView } from './drift-view.js';
import { DriftWorker } from './drift-worker.js';
import type { DriftItemView, DriftPage, DriftRepairView, DriftScanView, ListDriftQuery, RepairAllDto, RepairItemDto } from './drift.dto.js';

@Injectable()
export class DriftService {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly runs: DriftRunsRepository,
    private readonly items: DriftItemsRepository,
    private readonly repairer: DriftRepairer,
    private readonly identity: IdentityService,
    private readonly trail: AuditTrail,
    private readonly worker: DriftWorker,
  ) {}

  /** @throws AppError `drift.running` */
  async startScan(caller: Caller): Promise<DriftScanView> {
    const scan = await this.start({ kind: 'scan', phase: 'accounts', actorId: userOf(caller).user_id }, 'DRIFT_SCAN_STARTED', actorOf(caller));
    return toScanView(scan);
  }

  /** @throws AppError `drift.scan_not_found` */
  async getScan(id: string): Promise<DriftScanView> {
    return toScanView(await this.requireScan(id));
  }

  /** @throws AppError `drift.scan_not_found` */
  async listItems({ scan_id: asked, kind, state, ...paging }: ListDriftQuery): Promise<DriftPage> {
    const scan = asked === undefined ? await this.findShown() : await this.requireScan(asked);
    if (scan === null) return { items: [], total: 0, ...paging, scan_id: null };
    const filter = { scanId: scan.id, kind, state };
    const items = await this.items.list(filter, paging);
    const total = await this.items.count(filter);
    return { items: items.map((item) => this.toView(item)), total, ...paging, scan_id: scan.id };
  }

  /**
   * Repairs one discrepancy; one that is repaired or gone already stays as it is.
   *
   * @throws AppError `drift.item_not_found`, `drift.direction_forbidden`, `identity.unavailable` …
   */
  async repairItem(id: string, { direction }: RepairItemDto, caller: Caller): Promise<DriftItemView> {
    const item = await this.requireItem(id);
    if (item.state === 'open') {
      await this.identity.ask(() => this.repairer.repair(item, { direction, actor: actorOf(caller), isBulk: false }));
    }
    return this.toView(await this.requireItem(id));
  }

  /** @throws AppError `drift.scan_not_found`, `drift.running` */
  async startRepair({ direction, kind, scan_id: asked }: RepairAllDto, caller: Caller): Promise<DriftRepairView> {
    const scan = asked === undefined ? await this.runs.findLastScan('finished') : await this.requireScan(asked);
    if (scan === null) throw new AppError('drift.scan_not_found');
    const actorId = userOf(caller).user_id;
    const repair = { kind: 'repair', phase: 'repairing', actorId, scanId: scan.id, direction, itemKind: kind ?? null } as const;
    return toRepairView(await this.start(repair, 'DRIFT_REPAIR_STARTED', actorOf(caller)));
  }

  /** @throws AppError `drift.repair_not_found` */
  async getRepair(id: string): Promise<DriftRepairView> {
    const run = await this.runs.find(id);
    if (run?.kind !== 'repair') throw new AppError('drift.repair_not_found');
    return toRepairView(run);
  }

  async findLastScan(): Promise<DriftScanView | null> {
    const scan = await this.runs.findLastScan();
    return scan && toScanView(scan);
  }

  private async start(wanted: Parameters<DriftRunsRepository['insert']>[0], action: AuditAction, actor: EventActor): Promise<DriftRun> {
    return this.database.transaction(async () => {
      const id = await this.runs.insert(wanted);
      if (id === null) throw await this.busy();
      const run = await this.runs.find(id);
      if (run === null) throw new AppError('drift.scan_not_found');
      const after = { run_id: id, direction: run.direction, kind: run.itemKind };
      await this.trail.record({ action, actor, target: { type: 'identity', id: this.identity.name }, organisationId: null, after });
      this.database.afterCommit(() => this.worker.wake(), this.worker);
      return run;
    });
  }

  private async busy(): Promise<AppError> {
    const running = await this.runs.findRunning();
    return new AppError('drift.running', running ? `The ${running.kind} ${running.id} is running` : undefined);
  }

  private async findShown(): Promise<DriftRun | null> {
    return (await this.runs.findLastScan('finished')) ?? (await this.runs.findLastScan());
  }

  private async requireScan(id: string): Promise<DriftRun> {
    const run = await this.runs.find(id);
    if (run?.kind !== 'scan') throw new AppError('drift.scan_not_found');
    return run;
  }

  private async requireItem(id: string): Promise<DriftItem> {
    const item = await this.items.find(id);
    if (item === null) throw new AppError('drift.item_not_found');
    return item;
  }

  private toView(item: DriftItem): DriftItemView {
    return toItemView(item, this.config.registration);
  }
}
