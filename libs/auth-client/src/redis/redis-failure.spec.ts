import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { toSafeError } from './redis-failure.js';

describe('toSafeError', () => {
  it.each([
    [Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:6379'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new Error('WRONGPASS invalid username-password pair or user is disabled.'), 'WRONGPASS'],
    [new Error("ERR unknown command 'AUTH', with args beginning with: 'secret'"), 'ERR'],
    [new TypeError('Something'), 'TypeError'],
    [Object.assign(new Error('NOAUTH Authentication required.'), { code: 7 }), 'NOAUTH'],
  ])('tells the kind of failure: %s', (error, kind) => {
    expect(toSafeError(error).message).toBe(`Redis events: ${kind}`);
  });

  it('has nothing of the command that failed, however it is printed', () => {
    const error = Object.assign(new Error('ERR secret'), { command: { name: 'auth', args: ['user', 'secret'] } });
    expect(inspect(toSafeError(error), { depth: 9, showHidden: true })).not.toContain('secret');
  });
});
