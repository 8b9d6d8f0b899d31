import { invalid } from './cognito-error.js';
import type { PoolUser } from './pool-users.js';

const FILTER = /^\s*"?([a-z_:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\["\\])*)"\s*$/;
const SEARCHABLE = ['email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username', 'sub'];
const LONGEST_FILTER = 256;

/**
 * The grammar of `ListUsers`: one attribute, `=` or `^=`, one quoted value whose quotes are escaped; nothing else.
 *
 * @param fold how the pool compares
 */
export function parseFilter(filter: string | null, fold: (text: string) => string): (user: PoolUser) => boolean {
  if (filter === null) return () => true;
  const [, attribute, operator, quoted] = FILTER.exec(filter) ?? [];
  if (filter.length > LONGEST_FILTER || attribute === undefined || quoted === undefined) throw invalid('Error while parsing filter.');
  const value = quoted.replaceAll(/\\(["\\])/g, '$1');
  const read = readerOf(attribute);
  return (user) => {
    const actual = read(user);
    if (actual === undefined) return false;
    return operator === '=' ? fold(actual) === fold(value) : fold(actual).startsWith(fold(value));
  };
}

function readerOf(attribute: string): (user: PoolUser) => string | undefined {
  if (attribute === 'username') return ({ username }) => username;
  if (attribute === 'sub') return ({ sub }) => sub;
  if (attribute === 'cognito:user_status') return ({ status }) => status;
  if (attribute === 'status') return ({ enabled }) => (enabled ? 'Enabled' : 'Disabled');
  if (!SEARCHABLE.includes(attribute)) throw invalid('Error while parsing filter.');
  return ({ attributes }) => attributes.get(attribute);
}
