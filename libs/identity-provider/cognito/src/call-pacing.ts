import { RequestPacer, type PacerOptions } from '@sa-platform/identity-provider';
import type { CallCategory } from './cognito-calls.js';

export type PacingOverrides = Partial<Record<CallCategory, Partial<PacerOptions>>>;

/** Shorter than the deadline of an operation, so that what waited can still be sent. */
const MAX_WAIT_MS = 1_500;

/** How long a category rests after a refusal: Cognito counts by the second and names no time. */
export const REST_AFTER_REFUSAL_MS = 1_000;

/**
 * Below what a new account is granted: in any second at most `burst + perSecond` requests go out. The quotas are those
 * of the whole account and region, so replicas and other applications share them; refusals still happen, and are borne.
 */
const PACING: Record<CallCategory, Pick<PacerOptions, 'burst' | 'perSecond' | 'reserved'>> = {
  UserCreation: { burst: 10, perSecond: 35 },
  UserRead: { burst: 20, perSecond: 90 },
  UserUpdate: { burst: 8, perSecond: 15, reserved: 3 },
  UserAccountRecovery: { burst: 8, perSecond: 20 },
  UserList: { burst: 8, perSecond: 20 },
  UserResourceRead: { burst: 10, perSecond: 35 },
  UserPoolRead: { burst: 4, perSecond: 8 },
  UserPoolResourceRead: { burst: 5, perSecond: 12 },
  UserPoolResourceUpdate: { burst: 2, perSecond: 3 },
};

export type Pacers = Record<CallCategory, RequestPacer>;

export function createPacers(overrides: PacingOverrides): Pacers {
  const entries = Object.entries(PACING).map(([category, pacing]) => {
    const options = { maxWaitMs: MAX_WAIT_MS, ...pacing, ...overrides[category as CallCategory] };
    return [category, new RequestPacer(options)] as const;
  });
  return Object.fromEntries(entries) as Pacers;
}
