/** The categories in which Cognito counts requests, each over all the pools of an account and region. */
export type QuotaCategory =
  | 'UserCreation'
  | 'UserRead'
  | 'UserUpdate'
  | 'UserAccountRecovery'
  | 'UserList'
  | 'UserResourceRead'
  | 'UserPoolRead'
  | 'UserPoolResourceRead'
  | 'UserPoolResourceUpdate';

export type Quotas = Partial<Record<QuotaCategory, number>>;

/** Requests a second, as AWS grants them to a new account. */
export const DEFAULT_QUOTAS: Required<Quotas> = {
  UserCreation: 50,
  UserRead: 120,
  UserUpdate: 25,
  UserAccountRecovery: 30,
  UserList: 30,
  UserResourceRead: 50,
  UserPoolRead: 15,
  UserPoolResourceRead: 20,
  UserPoolResourceUpdate: 15,
};

/** How the pool was set up, and how badly it behaves within what AWS documents. */
export interface FakeCognitoOptions {
  /** 0 picks a free one; a fixed one lets a fake come back where it was. */
  port?: number;
  userPoolId?: string;
  /**
   * `email`: people sign in by e-mail and Cognito makes the Username up, a UUID that is the `sub` as well. `alias`: the
   * Username is what the caller sent and must not look like an e-mail, and a verified e-mail is another name for it.
   * `username`: neither.
   */
  signInMode?: 'email' | 'alias' | 'username';
  /** The default of CreateUserPool, though not of the console: user names and e-mails differ by case. */
  caseSensitive?: boolean;
  /** For how long `ListUsers` shows the pool as it was, in milliseconds. */
  listLagMs?: number;
  /** Sizes of the pages of `ListUsers` in turn, 0 included, where smaller than asked for. */
  pageSizes?: number[];
  /** Requests a second for each category; a category that is left out is not limited. */
  quotas?: Quotas;
  customAttributes?: string[];
  /** Attributes that can't change once an account has them. */
  immutableAttributes?: string[];
  /** Whether an e-mail that was changed still names the account, as has been reported of Cognito. */
  keepsStaleAliases?: boolean;
  /** Whether administrative calls take a `sub` where a pool with aliases wants the Username. */
  takesSubAsUsername?: boolean;
  /** Without it no reset is possible. */
  hasAccountRecovery?: boolean;
}

export type PoolOptions = Required<FakeCognitoOptions>;

export const DEFAULT_OPTIONS: PoolOptions = {
  port: 0,
  userPoolId: 'eu-west-1_FakePool1',
  signInMode: 'email',
  caseSensitive: false,
  listLagMs: 0,
  pageSizes: [],
  quotas: {},
  customAttributes: ['custom:user_id', 'custom:user_type', 'custom:status', 'custom:roles', 'custom:organisations'],
  immutableAttributes: [],
  keepsStaleAliases: false,
  takesSubAsUsername: false,
  hasAccountRecovery: true,
};
