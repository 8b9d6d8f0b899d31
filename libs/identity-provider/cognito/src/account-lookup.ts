import type { AdminGetUserCommandOutput, UserType } from '@aws-sdk/client-cognito-identity-provider';
import { IdentityProviderError, type AccountRef, type IdentityUser } from '@sa-platform/identity-provider';
import { canonicalEmail, isIdentifier, parseEmail } from './account-input.js';
import { KnownUsernames } from './known-usernames.js';
import type { Operation } from './operation.js';
import type { PoolSettingsReader } from './pool-settings.js';
import { toIdentityUser } from './user-attributes.js';
import { filterBy } from './user-filter.js';

const PAGE_SIZE = 60;

/** An account with the state that decides what may be done about its password. */
export interface FoundAccount extends IdentityUser {
  /** What the administrative calls want. */
  name: string;
  userStatus: string | undefined;
}

/**
 * Finds accounts. `AdminGetUser` sees the latest write; `ListUsers` is behind, so whatever it finds is asked for again.
 * `AdminGetUser` makes a person count as active in the month's bill, therefore no list is ever swept with it.
 */
export class AccountLookup {
  readonly usernames = new KnownUsernames();

  constructor(private readonly settings: PoolSettingsReader) {}

  /**
   * By the `sub`, which is a name only of accounts whose Username the pool made up; federated ones and those of pools with
   * aliases are looked for in the list, where new accounts appear late.
   */
  async bySub(operation: Operation, sub: string): Promise<FoundAccount | null> {
    if (!isIdentifier(sub)) return null;
    const named = await this.byName(operation, this.usernames.get(sub) ?? sub);
    // An e-mail or a chosen Username is a name as well, and no subject.
    if (named?.externalId === sub) return named;
    const listed = await this.#listed(operation, filterBy('sub', sub));
    return listed.find(({ externalId }) => externalId === sub) ?? null;
  }

  /** Everybody with this e-mail: who signs in by it, then federated and unverified accounts. */
  async byEmail(operation: Operation, input: string): Promise<FoundAccount[]> {
    const email = parseEmail(input);
    const owner = await this.byName(operation, email);
    const listed = await this.#listed(operation, filterBy('email', email), owner);
    const found = owner ? [owner, ...listed] : listed;
    // An e-mail that was changed may still name its account, and the list may be old.
    return found.filter((account) => canonicalEmail(account.email) === email);
  }

  /** In pools with aliases our user id is the Username of what we created. */
  async byMark(operation: Operation, userId: string, email: string): Promise<FoundAccount | null> {
    if (!isIdentifier(userId)) return null;
    const { signInMode } = await this.settings.get(operation);
    const created = signInMode === 'alias' ? await this.byName(operation, userId) : null;
    if (created?.userId === userId) return created;
    const found = await this.byEmail(operation, email);
    return found.find((account) => account.userId === userId) ?? null;
  }

  /**
   * Does the work under the name that calls about the account want, found out where nobody noted it. In pools with aliases
   * people may have chosen their Username, somebody else's `sub` included, so a `sub` is never used as a name there.
   */
  async on<Result>(operation: Operation, account: AccountRef, work: (name: string) => Promise<Result>): Promise<Result> {
    const { externalId, username } = account;
    if (!isIdentifier(username ?? externalId)) throw notFound();
    this.usernames.note(account);
    if (username !== null) return work(username);
    const { signInMode } = await this.settings.get(operation);
    if (signInMode === 'email') {
      const result = await orNull(work(externalId).then((value) => ({ value })));
      if (result) return result.value;
    }
    const found = await this.bySub(operation, externalId);
    if (!found) throw notFound();
    return work(found.name);
  }

  async get(operation: Operation, name: string): Promise<FoundAccount> {
    const found = await this.byName(operation, name);
    if (!found) throw notFound();
    return found;
  }

  async byName(operation: Operation, name: string): Promise<FoundAccount | null> {
    const input = { UserPoolId: operation.userPoolId, Username: name };
    const user = await orNull(operation.call('AdminGetUser', (client, options) => client.adminGetUser(input, options)));
    const found = user && fromGet(user);
    if (found) this.usernames.note(found);
    return found;
  }

  async #listed(operation: Operation, filter: string, known: FoundAccount | null = null): Promise<FoundAccount[]> {
    const found: FoundAccount[] = [];
    let token: string | undefined;
    do {
      const input = { UserPoolId: operation.userPoolId, Filter: filter, Limit: PAGE_SIZE, PaginationToken: token };
      const page = await operation.call('ListUsers', (client, options) => client.listUsers(input, options));
      for (const { name } of (page.Users ?? []).map(fromList)) {
        const account = name === known?.name ? null : await this.byName(operation, name);
        if (account) found.push(account);
      }
      token = page.PaginationToken;
    } while (token !== undefined);
    return found;
  }
}

export function fromList(user: UserType): FoundAccount {
  const account = toIdentityUser({ username: user.Username, enabled: user.Enabled, attributes: user.Attributes });
  return { ...account, name: user.Username ?? account.externalId, userStatus: user.UserStatus };
}

function fromGet(user: AdminGetUserCommandOutput): FoundAccount {
  const account = toIdentityUser({ username: user.Username, enabled: user.Enabled, attributes: user.UserAttributes });
  return { ...account, name: user.Username ?? account.externalId, userStatus: user.UserStatus };
}

/** Only what the port shows. */
export function toPort({ name: _name, userStatus: _userStatus, ...account }: FoundAccount): IdentityUser {
  return account;
}

/** What the call answers, or null when it says that there is no such account. */
async function orNull<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof IdentityProviderError && error.failure === 'not_found') return null;
    throw error;
  }
}

export function notFound(): IdentityProviderError {
  return new IdentityProviderError('not_found', 'not_done', 'no account has this external id');
}
