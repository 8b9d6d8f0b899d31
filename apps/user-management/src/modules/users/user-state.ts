import type { AuditAction, AuditState, MembershipView, UserStatus } from '@sa-platform/contracts';
import { toMembershipState } from '../memberships/membership-record.js';
import { toPractitionerView } from './user-view.js';
import type { User } from './users.repository.js';

/** A user as they stand, with all that they belong to. */
export interface UserSnapshot {
  user: User;
  memberships: MembershipView[];
}

/** What of a user may stay for ever: nothing in it tells who they are. */
export function toState({ user, memberships }: UserSnapshot): AuditState {
  return {
    user_type: user.userType,
    status: user.status,
    erased: user.erasedAt !== null,
    memberships: memberships.map(toMembershipState),
  };
}

/** What is about the person, and goes when they are erased. */
export function toPersonalState(user: User): AuditState {
  return {
    email: user.email,
    display_name: user.displayName,
    phone: user.phone,
    locale: user.locale,
    time_zone: user.timeZone,
    preferred_channel: user.preferredChannel,
    external_id: user.externalId,
    practitioner_profile: user.practitionerProfile && toPractitionerView(user.practitionerProfile),
    patient_account: user.patientAccount && { clinical_patient_id: user.patientAccount.clinicalPatientId },
  };
}

const STATUS_ACTIONS: Readonly<Record<UserStatus, AuditAction>> = {
  pending: 'USER_REVOKED',
  active: 'USER_REACTIVATED',
  suspended: 'USER_SUSPENDED',
  deactivated: 'USER_DEACTIVATED',
};

/** @returns how the trail calls a change of a user: by the new status where that changed */
export function actionOfChange(before: UserSnapshot | null, after: UserSnapshot | null): AuditAction {
  if (!before || !after || before.user.status === after.user.status) return 'USER_UPDATED';
  const isApproval = before.user.status === 'pending' && after.user.status === 'active';
  return isApproval ? 'USER_APPROVED' : STATUS_ACTIONS[after.user.status];
}
