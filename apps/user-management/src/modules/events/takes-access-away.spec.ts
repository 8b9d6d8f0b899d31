import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, type EventType } from '@sa-platform/contracts';
import { takesAccessAway } from './takes-access-away.js';

describe('takesAccessAway', () => {
  it('is true of every type after which somebody may be able to do less', () => {
    const revoking = EVENT_TYPES.filter((type) => type !== 'users.updated' && takesAccessAway({ type, payload: {} }));
    const expected: EventType[] = [
      'users.suspended',
      'users.deactivated',
      'users.erased',
      'users.role.changed',
      'users.membership.removed',
      'users.product.revoked',
      'users.permissions.changed',
    ];
    expect(revoking.sort()).toEqual(expected.sort());
  });

  it.each([
    [['status'], true],
    [['user_type', 'status'], true],
    [['expires_at'], true],
    [[], true],
    [undefined, true],
    [['display_name', 'phone'], false],
    [['email'], false],
  ])('goes by the fields of an update: %j is %s', (fields, expected) => {
    expect(takesAccessAway({ type: 'users.updated', payload: { fields } })).toBe(expected);
  });
});
