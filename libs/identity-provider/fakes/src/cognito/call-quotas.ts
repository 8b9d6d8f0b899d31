import { CognitoError } from './cognito-error.js';
import type { QuotaCategory, Quotas } from './fake-cognito-options.js';

const CATEGORIES: Record<string, QuotaCategory> = {
  AdminCreateUser: 'UserCreation',
  AdminGetUser: 'UserRead',
  AdminUpdateUserAttributes: 'UserUpdate',
  AdminDisableUser: 'UserUpdate',
  AdminEnableUser: 'UserUpdate',
  AdminDeleteUser: 'UserUpdate',
  AdminUserGlobalSignOut: 'UserUpdate',
  AdminAddUserToGroup: 'UserUpdate',
  AdminRemoveUserFromGroup: 'UserUpdate',
  AdminResetUserPassword: 'UserAccountRecovery',
  AdminSetUserPassword: 'UserAccountRecovery',
  ListUsers: 'UserList',
  AdminListGroupsForUser: 'UserResourceRead',
  DescribeUserPool: 'UserPoolRead',
  GetGroup: 'UserPoolResourceRead',
  ListGroups: 'UserPoolResourceRead',
  CreateGroup: 'UserPoolResourceUpdate',
};

/** Counts requests over the last second in each category. */
export class CallQuotas {
  readonly #quotas: Quotas;
  readonly #now: () => number;
  readonly #times = new Map<QuotaCategory, number[]>();

  constructor(quotas: Quotas, now: () => number) {
    this.#quotas = quotas;
    this.#now = now;
  }

  /** @throws CognitoError `TooManyRequestsException` */
  count(operation: string): void {
    const category = CATEGORIES[operation];
    const quota = category && this.#quotas[category];
    if (category === undefined || quota === undefined) return;
    const recent = (this.#times.get(category) ?? []).filter((at) => at > this.#now() - 1000);
    if (recent.length >= quota) throw new CognitoError('TooManyRequestsException', 'Rate exceeded');
    this.#times.set(category, [...recent, this.#now()]);
  }
}
