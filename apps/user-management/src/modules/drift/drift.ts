import type { UserStatus, UserType } from '@sa-platform/contracts';
import type { IdentityClaims } from '@sa-platform/identity-provider';

export const DRIFT_KINDS = ['missing_there', 'missing_here', 'blocked_differs', 'email_differs', 'claims_differ'] as const;
/** What our database and the identity provider can disagree about. */
export type DriftKind = (typeof DRIFT_KINDS)[number];

export const REPAIR_DIRECTIONS = ['push', 'pull'] as const;
/** `push`: the provider follows our database; `pull`: our database takes over what the provider says. */
export type RepairDirection = (typeof REPAIR_DIRECTIONS)[number];

export const DRIFT_STATES = ['open', 'repaired', 'gone'] as const;
/** `repaired`: done, or with the queue that does it; `gone`: it was no longer so when somebody went to repair it. */
export type DriftState = (typeof DRIFT_STATES)[number];

/** A user as far as accounts are compared with them. */
export interface ComparedUser {
  id: string;
  externalId: string | null;
  externalUsername: string | null;
  email: string;
  userType: UserType;
  status: UserStatus;
  /** Whether the provider still has to be told: `failed` waits for a person. */
  jobState: 'due' | 'failed' | null;
}

/** What our database says of the discrepancy; only what differs, since it is kept. */
export interface OurSide {
  status: UserStatus;
  email?: string;
  claims?: IdentityClaims;
}

/** What the provider says of it. */
export interface TheirSide {
  blocked: boolean;
  /** The account carries our mark: we created it. */
  is_marked: boolean;
  email?: string;
  email_verified?: boolean;
  /** The e-mail may become one of ours: a valid address that nobody here has. */
  is_adoptable?: boolean;
  claims?: IdentityClaims | null;
}

/** What a list made us suspect; it counts once `DriftChecker` has looked it up. */
export interface Suspect {
  kind: DriftKind;
  userId: string | null;
  externalId: string | null;
}

/** Both sides of a discrepancy. */
export interface Sides {
  ours: OurSide | null;
  theirs: TheirSide | null;
}
