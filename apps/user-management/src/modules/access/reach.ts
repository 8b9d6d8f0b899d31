import type { Caller } from '@sa-platform/auth-client';
import type { UserContext } from '@sa-platform/contracts';

/** How far a caller's authority goes: the whole platform, or these organisations. It becomes part of the SQL. */
export type Reach = 'platform' | readonly string[];

/** Where the user holds one of the permissions: everywhere by their type, or in the organisations whose role has it. */
export function reachOf(context: UserContext, ...permissions: string[]): Reach {
  if (context.status !== 'active') return [];
  const isAmong = (permission: string) => permissions.includes(permission);
  if (context.permissions.some(isAmong)) return 'platform';
  const organisations = context.memberships
    .filter((membership) => membership.permissions.some(isAmong))
    .map((membership) => membership.organisation_id);
  return [...new Set(organisations)];
}

/** A service's scope was checked at the route and has no organisation. */
export function reachOfCaller(caller: Caller, ...permissions: string[]): Reach {
  return caller.type === 'service' ? 'platform' : reachOf(caller.context, ...permissions);
}

export function covers(reach: Reach, organisationId: string): boolean {
  return reach === 'platform' || reach.includes(organisationId);
}

/** Of the reach what is in one organisation. */
export function onlyWithin(reach: Reach, organisationId: string): Reach {
  return covers(reach, organisationId) ? [organisationId] : [];
}

/** The one organisation that all these memberships are in, if it is one. */
export function onlyOrganisationIn(memberships: readonly { organisation_id: string }[]): string | null {
  return onlyOrganisationOf([...new Set(memberships.map((membership) => membership.organisation_id))]);
}

/** The one organisation that the reach ends in, if it is one; in whose chain the trail tells of what is done with all of it. */
export function onlyOrganisationOf(reach: Reach): string | null {
  return reach !== 'platform' && reach.length === 1 ? (reach[0] ?? null) : null;
}
