import { rejected } from './account-input.js';

const LONGEST_FILTER = 256;

/**
 * A filter of `ListUsers`. The value is quoted with its quotes and backslashes escaped, so that nothing in it can end the
 * string and widen the search.
 *
 * @throws IdentityProviderError `rejected` for what Cognito has no room for
 */
export function filterBy(attribute: 'email' | 'sub', value: string): string {
  const filter = `${attribute} = "${value.replaceAll(/["\\]/g, '\\$&')}"`;
  if (filter.length > LONGEST_FILTER) throw rejected('what is searched for is too long');
  return filter;
}
