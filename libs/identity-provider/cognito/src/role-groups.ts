import type { GroupType } from '@aws-sdk/client-cognito-identity-provider';
import { IdentityProviderError, type IdentityFailure } from '@sa-platform/identity-provider';
import type { Operation } from './operation.js';

/** The description of every group that is ours; accounts are put into and taken out of these and no others. */
export const GROUP_MARK = 'Role of user-management; members are set by it';

const PAGE_SIZE = 60;
const TRUSTED_FOR_MS = 300_000;

/**
 * Roles as groups of the same name, so that tokens and the console show them. A group that somebody else made may carry
 * an AWS role or mean something to another application: it is never joined for having a role's name, and never left.
 */
export class RoleGroups {
  /** Groups seen to be ours, and until when that is believed. */
  readonly #trusted = new Map<string, number>();

  /** Makes the groups that are missing. @throws IdentityProviderError `misconfigured` for one that is not ours */
  async ensure(operation: Operation, roles: readonly string[]): Promise<void> {
    const now = performance.now();
    const unknown = roles.filter((role) => (this.#trusted.get(role) ?? 0) <= now);
    await Promise.all(unknown.map((role) => this.#ensureOne(operation, role)));
  }

  /** Puts the account into the groups of these roles. */
  async join(operation: Operation, name: string, roles: readonly string[]): Promise<void> {
    await Promise.all(roles.map((role) => this.#join(operation, name, role)));
  }

  /** Makes the account's groups those of these roles and the ones that are not ours. */
  async replace(operation: Operation, name: string, roles: readonly string[]): Promise<void> {
    await this.ensure(operation, roles);
    const groups = await this.#groupsOf(operation, name);
    const surplus = groups.filter((group) => isOurs(group) && !roles.includes(group.GroupName ?? ''));
    await Promise.all(surplus.map((group) => leave(operation, name, group.GroupName ?? '')));
    await this.join(operation, name, roles.filter((role) => !groups.some(({ GroupName }) => GroupName === role)));
  }

  /** Names of all groups of the pool, ours or not. */
  async list(operation: Operation): Promise<string[]> {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const input = { UserPoolId: operation.userPoolId, Limit: PAGE_SIZE, NextToken };
      const page = await operation.call('ListGroups', (client, options) => client.listGroups(input, options));
      names.push(...(page.Groups ?? []).map(({ GroupName }) => GroupName ?? ''));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return [...new Set(names)].sort();
  }

  async #ensureOne(operation: Operation, role: string): Promise<void> {
    const group = await find(operation, role) ?? await create(operation, role) ?? await find(operation, role);
    if (!isOurs(group ?? undefined)) {
      throw new IdentityProviderError('misconfigured', 'not_done', `the user pool’s group ${role} is not marked as a role of this service`);
    }
    this.#trusted.set(role, performance.now() + TRUSTED_FOR_MS);
  }

  /** A group that was deleted since it was seen is made again. */
  async #join(operation: Operation, name: string, role: string): Promise<void> {
    const input = { UserPoolId: operation.userPoolId, Username: name, GroupName: role };
    const join = () => operation.call('AdminAddUserToGroup', (client, options) => client.adminAddUserToGroup(input, options));
    if (await unless('misconfigured', join())) return;
    this.#trusted.delete(role);
    await this.#ensureOne(operation, role);
    await join();
  }

  async #groupsOf(operation: Operation, name: string): Promise<GroupType[]> {
    const groups: GroupType[] = [];
    let NextToken: string | undefined;
    do {
      const input = { UserPoolId: operation.userPoolId, Username: name, Limit: PAGE_SIZE, NextToken };
      const page = await operation.call('AdminListGroupsForUser', (client, options) => client.adminListGroupsForUser(input, options));
      groups.push(...page.Groups ?? []);
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    return groups;
  }
}

function isOurs(group: GroupType | undefined): boolean {
  return group?.Description === GROUP_MARK;
}

/** Null when it does not exist; a missing pool shows in the next call. */
async function find(operation: Operation, role: string): Promise<GroupType | null> {
  const input = { UserPoolId: operation.userPoolId, GroupName: role };
  const answer = await unless('misconfigured', operation.call('GetGroup', (client, options) => client.getGroup(input, options)));
  return answer?.Group ?? null;
}

/** Null when another replica was faster. */
async function create(operation: Operation, role: string): Promise<GroupType | null> {
  const input = { UserPoolId: operation.userPoolId, GroupName: role, Description: GROUP_MARK };
  const answer = await unless('conflict', operation.call('CreateGroup', (client, options) => client.createGroup(input, options)));
  return answer?.Group ?? null;
}

async function leave(operation: Operation, name: string, group: string): Promise<void> {
  const input = { UserPoolId: operation.userPoolId, Username: name, GroupName: group };
  await operation.call('AdminRemoveUserFromGroup', (client, options) => client.adminRemoveUserFromGroup(input, options));
}

async function unless<Output>(failure: IdentityFailure, call: Promise<Output>): Promise<Output | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof IdentityProviderError && error.failure === failure) return null;
    throw error;
  }
}
