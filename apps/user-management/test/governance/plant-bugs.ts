import { jest } from '@jest/globals';
import type { PromiseName } from './promises.js';

/** Protections of the service that can be switched off while it runs, and the promise that each of them keeps. */
export const BUGS = {
  'a check of what somebody holds that always says yes': 'nobody ends with a permission that whoever gave it lacked',
  'a reach that is always the whole platform': 'nothing of another organisation changes',
  'a comparison of ranks that always says yes': 'nothing of another organisation changes',
  'a guard of tenant admins that guards nobody': 'the last administrators stay',
  'a count of platform admins that always finds another': 'the last administrators stay',
  'a check for oneself that never finds out': 'nobody deactivates, suspends or demotes themselves',
} satisfies Record<string, PromiseName>;

export type Bug = keyof typeof BUGS;

/** One at a time, the last platform admin could only remove themselves: their count is a second line behind that check. */
const ALONG: Partial<Record<Bug, Bug>> = { 'a count of platform admins that always finds another': 'a check for oneself that never finds out' };

const planted = new Set<Bug>();

/** Switches the protection off; with null all are on again. */
export function plant(bug: Bug | null): void {
  planted.clear();
  if (bug === null) return;
  planted.add(bug).add(ALONG[bug] ?? bug);
}

/** The function as it is, and while the bug is planted the other one. */
function unless<Given extends unknown[], Result>(bug: Bug, real: (...given: Given) => Result, instead: () => Result) {
  return function (this: unknown, ...given: Given): Result {
    return planted.has(bug) ? instead() : real.apply(this, given);
  };
}

/** Makes the protections switchable; to be called before anything of the service is imported. */
export async function prepareGround(): Promise<void> {
  const reach = await import('../../src/modules/access/reach.js');
  jest.unstable_mockModule('../../src/modules/access/reach.js', () => ({
    ...reach,
    reachOf: unless('a reach that is always the whole platform', reach.reachOf, () => 'platform' as const),
    reachOfCaller: unless('a reach that is always the whole platform', reach.reachOfCaller, () => 'platform' as const),
  }));
  const authority = await import('../../src/modules/access/authority.js');
  jest.unstable_mockModule('../../src/modules/access/authority.js', () => ({
    ...authority,
    holdsAll: unless('a check of what somebody holds that always says yes', authority.holdsAll, () => true),
    outranks: unless('a comparison of ranks that always says yes', authority.outranks, () => true),
  }));
  const users = await import('../../src/modules/users/user-rules.js');
  jest.unstable_mockModule('../../src/modules/users/user-rules.js', () => ({
    ...users,
    requireNotSelf: unless('a check for oneself that never finds out', users.requireNotSelf, () => undefined),
  }));
  const { TenantAdminGuard } = await import('../../src/modules/memberships/tenant-admin-guard.js');
  const { requireAnother, requireAnotherEverywhere } = TenantAdminGuard.prototype;
  const guardNobody = () => Promise.resolve();
  TenantAdminGuard.prototype.requireAnother = unless('a guard of tenant admins that guards nobody', requireAnother, guardNobody);
  TenantAdminGuard.prototype.requireAnotherEverywhere = unless('a guard of tenant admins that guards nobody', requireAnotherEverywhere, guardNobody);
  const { UsersRepository } = await import('../../src/modules/users/users.repository.js');
  const { countOtherPlatformAdmins: count } = UsersRepository.prototype;
  UsersRepository.prototype.countOtherPlatformAdmins = unless('a count of platform admins that always finds another', count, () => Promise.resolve(1));
}
