import type { May } from '../../session/me.js';
import type { Authority, User } from './user.js';

export const ACTIONS = [
  ...(['approve', 'changeType', 'resetPassword', 'resendInvitation', 'revokeSessions', 'impersonate'] as const),
  ...(['exportData', 'suspend', 'reactivate', 'revoke', 'deactivate', 'erase'] as const),
] as const;
export type Action = (typeof ACTIONS)[number];

/** Of whom, and by whom. */
export interface Case {
  user: User;
  authority: Authority;
  may: May;
  isActing: boolean;
}

const isOther = ({ user, may }: Case) => user.id !== may.userId;
const comesIn = ({ user }: Case) => user.status === 'active' || user.status === 'pending';
const hasAccount = ({ user }: Case) => user.external_id !== null;

/** When each of them is there to be done, as the service decides it again. */
const RULES: Record<Action, (given: Case) => boolean> = {
  approve: ({ user }) => user.status === 'pending',
  changeType: isOther,
  resetPassword: (given) => comesIn(given) && hasAccount(given),
  resendInvitation: comesIn,
  revokeSessions: hasAccount,
  impersonate: (given) => given.may.platformAdmin && !given.isActing && isOther(given) && mayBeActedAs(given),
  exportData: () => true,
  suspend: (given) => isOther(given) && given.user.status === 'active',
  reactivate: ({ user }) => user.status === 'suspended' || user.status === 'deactivated',
  revoke: (given) => isOther(given) && (given.user.status === 'active' || given.user.status === 'suspended'),
  deactivate: (given) => isOther(given) && given.user.status !== 'deactivated',
  erase: isOther,
};

function mayBeActedAs(given: Case): boolean {
  return hasAccount(given) && given.user.status === 'active' && given.user.user_type !== 'admin';
}

export function possibleActions(given: Case): Action[] {
  const { may_change: mayChange, may_export: mayExport } = given.authority;
  return ACTIONS.filter((action) => (action === 'exportData' ? mayExport : mayChange) && RULES[action](given));
}
