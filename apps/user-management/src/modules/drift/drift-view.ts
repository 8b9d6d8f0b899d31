import { allowedRepairs } from './allowed-repairs.js';
import type { DriftItem } from './drift-items.repository.js';
import type { DriftRun } from './drift-run.js';
import type { DriftItemView, DriftRepairView, DriftScanView } from './drift.dto.js';

export function toItemView(item: DriftItem, registration: 'approval' | 'closed'): DriftItemView {
  const { id, kind, ours, theirs, error } = item;
  const state = item.state === 'suspected' ? 'open' : item.state;
  return {
    id,
    scan_id: item.scanId,
    kind,
    user_id: item.userId,
    external_id: item.externalId,
    ours,
    theirs,
    allowed_repairs: state === 'open' ? allowedRepairs(kind, item, registration) : [],
    state,
    error,
    detected_at: item.detectedAt.toISOString(),
  };
}

export function toScanView(run: DriftRun): DriftScanView {
  const { phase } = run;
  return {
    scan_id: run.id,
    ...toRunFields(run),
    phase: phase === 'repairing' ? 'clearing' : phase,
    accounts_seen: run.accountsSeen,
    users_compared: run.usersCompared,
    items_found: run.itemsFound,
  };
}

export function toRepairView(run: DriftRun): DriftRepairView {
  const { repaired, gone, refused } = run;
  const of = { scan_id: run.scanId ?? '', direction: run.direction ?? 'push', kind: run.itemKind };
  return { repair_id: run.id, ...toRunFields(run), ...of, repaired, gone, refused };
}

function toRunFields({ state, error, startedAt, finishedAt }: DriftRun) {
  return { state, error, started_at: startedAt.toISOString(), finished_at: finishedAt?.toISOString() ?? null };
}
