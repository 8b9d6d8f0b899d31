/**
 * The categories in which Cognito counts requests over all the pools of an account and region. `UserUpdate` and
 * `UserList` can't be raised.
 */
export type CallCategory =
  | 'UserCreation'
  | 'UserRead'
  | 'UserUpdate'
  | 'UserAccountRecovery'
  | 'UserList'
  | 'UserResourceRead'
  | 'UserPoolRead'
  | 'UserPoolResourceRead'
  | 'UserPoolResourceUpdate';

interface CallRules {
  category: CallCategory;
  /** Whether it changes an account; making a group changes none. */
  changesAccount: boolean;
}

const read = (category: CallCategory): CallRules => ({ category, changesAccount: false });
const change = (category: CallCategory): CallRules => ({ category, changesAccount: true });

/** Every call this adapter makes. */
export const CALLS = {
  AdminAddUserToGroup: change('UserUpdate'),
  AdminCreateUser: change('UserCreation'),
  AdminDeleteUser: change('UserUpdate'),
  AdminDisableUser: change('UserUpdate'),
  AdminEnableUser: change('UserUpdate'),
  AdminGetUser: read('UserRead'),
  AdminListGroupsForUser: read('UserResourceRead'),
  AdminRemoveUserFromGroup: change('UserUpdate'),
  AdminResetUserPassword: change('UserAccountRecovery'),
  AdminSetUserPassword: change('UserAccountRecovery'),
  AdminUpdateUserAttributes: change('UserUpdate'),
  AdminUserGlobalSignOut: change('UserUpdate'),
  CreateGroup: { category: 'UserPoolResourceUpdate', changesAccount: false },
  DescribeUserPool: read('UserPoolRead'),
  GetGroup: read('UserPoolResourceRead'),
  ListGroups: read('UserPoolResourceRead'),
  ListUsers: read('UserList'),
} as const satisfies Record<string, CallRules>;

export type CallName = keyof typeof CALLS;

/** What the service's IAM policy has to allow on the pool, and nothing more (`runbooks/cognito-setup.md`). */
export const COGNITO_ACTIONS: readonly string[] = Object.keys(CALLS).map((call) => `cognito-idp:${call}`);
