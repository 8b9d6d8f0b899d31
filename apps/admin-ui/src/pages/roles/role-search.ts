import { readNumberedSearch, readText, type NumberedSearch } from '../../shell/numbered-search.js';

export interface RoleSearch extends NumberedSearch {
  organisation_id?: string;
}

export function readRoleSearch(given: Record<string, unknown>): RoleSearch {
  const organisationId = readText(given.organisation_id);
  return { ...readNumberedSearch(given), ...(organisationId === undefined ? {} : { organisation_id: organisationId }) };
}

/** The two roles that stand beside each other. */
export interface Comparison {
  a?: string;
  b?: string;
}

export function readComparison(given: Record<string, unknown>): Comparison {
  const [a, b] = [readText(given.a), readText(given.b)];
  return { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
}

/** Whether the role is looked at or changed. */
export interface RoleMode {
  edit?: true;
}

export function readRoleMode({ edit }: Record<string, unknown>): RoleMode {
  return edit === true ? { edit } : {};
}
