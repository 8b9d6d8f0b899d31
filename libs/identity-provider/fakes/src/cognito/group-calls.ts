import { limitOf, nameOf, optionalTextOf, type CallInput } from './call-input.js';
import { CognitoError } from './cognito-error.js';
import type { Pool, PoolGroup } from './pool.js';
import type { Call } from './user-calls.js';

const MOST_GROUPS = 10_000;
const MOST_GROUPS_OF_A_USER = 100;

/** The calls about groups and who is in them. */
export const GROUP_CALLS: Record<string, Call> = {
  CreateGroup(pool, input) {
    const name = nameOf(input, 'GroupName');
    if (pool.groups.has(name)) throw new CognitoError('GroupExistsException', 'A group with the name already exists.');
    if (pool.groups.size >= MOST_GROUPS) throw new CognitoError('LimitExceededException', 'Too many groups');
    const group = { name, description: optionalTextOf(input, 'Description') };
    pool.groups.set(name, group);
    return { Group: describeGroup(pool, group) };
  },

  GetGroup: (pool, input) => ({ Group: describeGroup(pool, groupOf(pool, input)) }),

  ListGroups: (pool, input) => pageOf(pool, input, [...pool.groups.values()]),

  AdminListGroupsForUser(pool, input) {
    const { groups } = pool.users.get(nameOf(input, 'Username'));
    return pageOf(pool, input, [...pool.groups.values()].filter(({ name }) => groups.has(name)));
  },

  AdminAddUserToGroup(pool, input) {
    const user = pool.users.get(nameOf(input, 'Username'));
    const { name } = groupOf(pool, input);
    if (!user.groups.has(name) && user.groups.size >= MOST_GROUPS_OF_A_USER) {
      throw new CognitoError('LimitExceededException', 'A user can be in 100 groups');
    }
    user.groups.add(name);
    pool.users.saved(user);
    return {};
  },

  AdminRemoveUserFromGroup(pool, input) {
    const user = pool.users.get(nameOf(input, 'Username'));
    user.groups.delete(groupOf(pool, input).name);
    pool.users.saved(user);
    return {};
  },
};

function groupOf(pool: Pool, input: CallInput): PoolGroup {
  const group = pool.groups.get(nameOf(input, 'GroupName'));
  if (!group) throw new CognitoError('ResourceNotFoundException', 'Group not found.');
  return group;
}

function describeGroup(pool: Pool, { name, description }: PoolGroup): Record<string, unknown> {
  return { GroupName: name, UserPoolId: pool.options.userPoolId, ...(description === null ? {} : { Description: description }) };
}

function pageOf(pool: Pool, input: CallInput, groups: PoolGroup[]): Record<string, unknown> {
  const limit = limitOf(input);
  const parameters = JSON.stringify([input.Username ?? null, limit]);
  const after = pool.tokens.redeem(optionalTextOf(input, 'NextToken'), parameters);
  const rest = groups.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1)?.name : undefined;
  return {
    Groups: page.map((group) => describeGroup(pool, group)),
    ...(last === undefined ? {} : { NextToken: pool.tokens.issue(last, parameters) }),
  };
}
