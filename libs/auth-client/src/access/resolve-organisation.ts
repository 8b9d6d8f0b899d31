import type { UserContext } from '@sa-platform/contracts';
import { AuthError } from '../auth-error.js';
import { listCurrentMemberships } from './context-checks.js';

/** Header that names the organisation a request is about. */
export const ORGANISATION_HEADER = 'x-organisation-id';

const ORGANISATION_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Where a request may name its organisation; the body is not among them. */
export interface OrganisationSources {
  /** Route parameters; `organisationId` and `organisation_id` count. */
  params?: Readonly<Record<string, string>>;
  /** Value of `X-Organisation-Id`. */
  header?: string | readonly string[] | undefined;
}

/**
 * The organisation a request is about: named by the route, else by the header, else the only one the caller belongs to.
 * That it is named doesn't mean that the caller may do anything there: `hasPermission` says.
 *
 * @param context null for a service
 * @returns null when nothing names one
 * @throws AuthError `access.denied` when route and header name different ones, or the header isn't one id
 */
export function resolveOrganisation(context: UserContext | null, sources: OrganisationSources): string | null {
  const named = new Set<string>();
  for (const parameter of ['organisationId', 'organisation_id']) {
    const value = sources.params?.[parameter];
    if (value) named.add(value);
  }
  if (sources.header !== undefined) named.add(readHeader(sources.header));
  if (named.size > 1) throw new AuthError('access.denied', 'The request names two organisations');

  const [organisationId] = named.size > 0 ? named : onlyOrganisation(context);
  return organisationId ?? null;
}

function readHeader(header: string | readonly string[]): string {
  if (typeof header === 'string' && ORGANISATION_ID.test(header)) return header;
  throw new AuthError('access.denied', 'X-Organisation-Id does not name one organisation');
}

function onlyOrganisation(context: UserContext | null): Iterable<string> {
  if (!context) return [];
  const ids = new Set(listCurrentMemberships(context).map((membership) => membership.organisation_id));
  return ids.size === 1 ? ids : [];
}
