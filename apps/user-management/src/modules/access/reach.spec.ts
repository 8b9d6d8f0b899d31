import { describe, expect, it } from '@jest/globals';
import type { Caller } from '@sa-platform/auth-client';
import { buildContext, buildMembership } from '@sa-platform/auth-client/testing';
import { covers, reachOf, reachOfCaller } from './reach.js';

const READ = 'admin:users:read';
const member = (organisation_id: string, ...permissions: string[]) => buildMembership({ organisation_id, permissions });

describe('reachOf', () => {
  it('is the platform for a permission that holds platform-wide', () => {
    expect(reachOf(buildContext({ permissions: [READ], memberships: [member('texas', READ)] }), READ)).toBe('platform');
  });

  it('is each organisation once whose role has the permission', () => {
    const memberships = [member('texas', READ), member('texas', READ), member('ohio', 'claims:read'), member('utah', READ)];
    expect(reachOf(buildContext({ memberships }), READ)).toEqual(['texas', 'utah']);
  });

  it('compares permissions as a whole', () => {
    const memberships = [member('texas', 'admin:users:readx', 'admin:users', 'ADMIN:USERS:READ')];
    expect(reachOf(buildContext({ memberships }), READ)).toEqual([]);
  });

  it.each(['pending', 'suspended', 'deactivated'] as const)('is nothing for a %s user', (status) => {
    expect(reachOf(buildContext({ status, permissions: [READ], memberships: [member('texas', READ)] }), READ)).toEqual([]);
  });
});

describe('reachOfCaller', () => {
  it('is the platform for a service, whose scope was checked at the route', () => {
    const service: Caller = {
      type: 'service',
      principal: { type: 'service', subject: 'jobs', clientId: 'jobs', scopes: [], expiresAtMs: 0 },
      context: null,
    };
    expect(reachOfCaller(service, READ)).toBe('platform');
  });
});

describe('covers', () => {
  it('names organisations byte by byte', () => {
    expect(covers(['texas'], 'texas')).toBe(true);
    expect(covers(['texas'], 'Texas')).toBe(false);
    expect(covers([], 'texas')).toBe(false);
    expect(covers('platform', 'texas')).toBe(true);
  });

  it('does not take an organisation called like the platform for it', () => {
    expect(covers(['platform'], 'texas')).toBe(false);
  });
});
