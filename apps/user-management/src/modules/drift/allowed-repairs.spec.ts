import { describe, expect, it } from '@jest/globals';
import type { UserStatus } from '@sa-platform/contracts';
import { allowedRepairs } from './allowed-repairs.js';
import type { TheirSide } from './drift.js';

const theirs = (more: Partial<TheirSide> = {}): TheirSide => ({ blocked: false, is_marked: true, ...more });
const ours = (status: UserStatus = 'active') => ({ status });

describe('the ways in which a discrepancy may be repaired', () => {
  it('always have our database pushed', () => {
    for (const kind of ['missing_there', 'missing_here', 'blocked_differs', 'email_differs', 'claims_differ'] as const) {
      expect(allowedRepairs(kind, { ours: ours(), theirs: theirs() }, 'approval')).toContain('push');
      expect(allowedRepairs(kind, { ours: null, theirs: null }, 'closed')).toEqual(['push']);
    }
  });

  it('never take claims or a missing account over from the provider', () => {
    expect(allowedRepairs('claims_differ', { ours: ours(), theirs: theirs({ claims: null }) }, 'approval')).toEqual(['push']);
    expect(allowedRepairs('missing_there', { ours: ours(), theirs: null }, 'approval')).toEqual(['push']);
  });

  it('take a block over from an active user only, and never take one off', () => {
    const pull = (status: UserStatus, blocked: boolean) =>
      allowedRepairs('blocked_differs', { ours: ours(status), theirs: theirs({ blocked }) }, 'approval').includes('pull');
    expect(pull('active', true)).toBe(true);
    expect((['pending', 'suspended', 'deactivated'] as const).filter((status) => pull(status, true))).toEqual([]);
    expect((['pending', 'active', 'suspended', 'deactivated'] as const).filter((status) => pull(status, false))).toEqual([]);
  });

  it('take an e-mail over only if it is verified there and could be anybody’s here', () => {
    const pull = (more: Partial<TheirSide>) =>
      allowedRepairs('email_differs', { ours: ours(), theirs: theirs(more) }, 'closed').includes('pull');
    expect(pull({ email_verified: true, is_adoptable: true })).toBe(true);
    expect(pull({ email_verified: false, is_adoptable: true })).toBe(false);
    expect(pull({ email_verified: true, is_adoptable: false })).toBe(false);
    expect(pull({})).toBe(false);
  });

  it('make a pending user of a stranger’s account only where people may register, its e-mail is free and it is not blocked', () => {
    const pull = (more: Partial<TheirSide>, registration: 'approval' | 'closed' = 'approval') =>
      allowedRepairs('missing_here', { ours: null, theirs: theirs({ is_marked: false, is_adoptable: true, ...more }) }, registration).includes('pull');
    expect(pull({})).toBe(true);
    expect(pull({}, 'closed')).toBe(false);
    expect(pull({ is_marked: true })).toBe(false);
    expect(pull({ is_adoptable: false })).toBe(false);
    expect(pull({ blocked: true })).toBe(false);
  });
});
