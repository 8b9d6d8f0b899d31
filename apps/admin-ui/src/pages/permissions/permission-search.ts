import { readNumberedSearch, readText, type NumberedSearch } from '../../shell/numbered-search.js';

export interface PermissionSearch extends NumberedSearch {
  service_id?: string;
}

export function readPermissionSearch(given: Record<string, unknown>): PermissionSearch {
  const service = readText(given.service_id);
  return { ...readNumberedSearch(given), ...(service === undefined ? {} : { service_id: service }) };
}

/** Whose holders are listed: in one organisation, or wherever the administrator may look. */
export interface HolderSearch {
  organisation_id?: string;
  page?: number;
}

export function readHolderSearch(given: Record<string, unknown>): HolderSearch {
  const { page } = readNumberedSearch(given);
  const organisationId = readText(given.organisation_id);
  return { ...(page === undefined ? {} : { page }), ...(organisationId === undefined ? {} : { organisation_id: organisationId }) };
}
