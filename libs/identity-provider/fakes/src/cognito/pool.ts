import { CallQuotas } from './call-quotas.js';
import type { PoolOptions } from './fake-cognito-options.js';
import { PageTokens } from './page-tokens.js';
import { PoolUsers, type PoolUser } from './pool-users.js';

/** A message that the pool would have sent. */
export interface PoolMail {
  kind: 'invitation' | 'reset_code';
  medium: 'EMAIL' | 'SMS';
  to: string;
  username: string;
  /** The temporary password or the code. */
  secret: string;
  at: number;
}

export interface PoolGroup {
  name: string;
  description: string | null;
}

/** Everything a call can see or change. */
export class Pool {
  readonly users: PoolUsers;
  readonly groups = new Map<string, PoolGroup>();
  readonly mails: PoolMail[] = [];
  readonly tokens: PageTokens;
  readonly quotas: CallQuotas;
  /** Pages of `ListUsers` served so far. */
  pagesServed = 0;

  constructor(
    readonly options: PoolOptions,
    readonly now: () => number,
  ) {
    this.users = new PoolUsers(options, now);
    this.tokens = new PageTokens(now);
    this.quotas = new CallQuotas(options.quotas, now);
  }

  send(user: PoolUser, mail: Pick<PoolMail, 'kind' | 'medium' | 'to' | 'secret'>): void {
    this.mails.push({ ...mail, username: user.username, at: this.now() });
  }
}
