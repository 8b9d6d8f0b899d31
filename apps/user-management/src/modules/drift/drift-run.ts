import type { DriftKind, RepairDirection } from './drift.js';

/** What a scan does one after the other, and the one phase of a repair. */
export type DriftPhase = 'accounts' | 'users' | 'looking_up' | 'clearing' | 'repairing';

/** A scan or a repair of many, with how far it is. */
export interface DriftRun {
  id: string;
  kind: 'scan' | 'repair';
  state: 'running' | 'finished' | 'failed';
  phase: DriftPhase;
  /** Where the phase goes on; null at its beginning. */
  position: string | null;
  accountsSeen: number;
  usersCompared: number;
  itemsFound: number;
  restarts: number;
  scanId: string | null;
  direction: RepairDirection | null;
  itemKind: DriftKind | null;
  repaired: number;
  gone: number;
  refused: number;
  actorId: string;
  /** How many attempts at the next step have failed. */
  attempts: number;
  error: string | null;
  startedAt: Date;
  finishedAt: Date | null;
}

/** What one step changes of a run. */
export type RunProgress = Partial<
  Pick<DriftRun, 'phase' | 'position' | 'accountsSeen' | 'usersCompared' | 'itemsFound' | 'restarts' | 'repaired' | 'gone' | 'refused'>
>;

/** One step of a run; what it writes commits together with the progress, or not at all. */
export interface DriftStep {
  progress: RunProgress;
  write: () => Promise<void>;
  /** Nothing is left to be done. */
  isLast?: boolean;
}
