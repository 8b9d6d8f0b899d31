import { limitOf, optionalTextOf } from './call-input.js';
import { parseFilter } from './list-filter.js';
import type { PoolOptions } from './fake-cognito-options.js';
import { describeUser, type Call } from './user-calls.js';

/** The calls about the pool as a whole. */
export const POOL_CALLS: Record<string, Call> = {
  DescribeUserPool: (pool) => ({ UserPool: { ...describePool(pool.options), EstimatedNumberOfUsers: pool.users.size } }),

  /** A page may hold fewer accounts than asked for, or none, and still come with a token. */
  ListUsers(pool, input) {
    const limit = limitOf(input);
    const filter = optionalTextOf(input, 'Filter');
    const parameters = JSON.stringify([filter, limit]);
    const after = pool.tokens.redeem(optionalTextOf(input, 'PaginationToken'), parameters);
    const isWanted = parseFilter(filter, (text) => pool.users.fold(text));
    const rest = pool.users.listed().filter((user) => user.sub > after && isWanted(user));
    const { pageSizes } = pool.options;
    const size = Math.min(limit, pageSizes[pool.pagesServed++ % pageSizes.length] ?? limit);
    const page = rest.slice(0, size);
    return {
      Users: page.map(describeUser),
      ...(rest.length > size ? { PaginationToken: pool.tokens.issue(page.at(-1)?.sub ?? after, parameters) } : {}),
    };
  },
};

function describePool(options: PoolOptions): Record<string, unknown> {
  const { signInMode } = options;
  const attribute = (Name: string) => ({
    Name,
    AttributeDataType: 'String',
    Mutable: !options.immutableAttributes.includes(Name),
    Required: Name === 'email',
    StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
  });
  return {
    Id: options.userPoolId,
    Name: 'fake',
    ...(signInMode === 'email' ? { UsernameAttributes: ['email'] } : {}),
    ...(signInMode === 'alias' ? { AliasAttributes: ['email'] } : {}),
    UsernameConfiguration: { CaseSensitive: options.caseSensitive },
    SchemaAttributes: ['email', 'name', 'phone_number', ...options.customAttributes].map(attribute),
    ...(options.hasAccountRecovery ? { AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] } } : {}),
  };
}
