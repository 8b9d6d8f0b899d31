import { ACTIONS, type Action } from './possible-actions.js';

export const SECTIONS = ['profile', 'memberships', 'access', 'identity', 'audit'] as const;
export type Section = (typeof SECTIONS)[number];

/** What of the user is open; all of it stands in the address, so that it can be passed on. */
export interface UserPageSearch {
  section?: Section;
  action?: Action;
  /** Of permissions. */
  search?: string;
  /** Of permissions, from 1. */
  page?: number;
  /** Of the audit. */
  cursor?: string;
}

/** Reads the address; what it doesn't know is left out. */
export function readUserPageSearch(given: Record<string, unknown>): UserPageSearch {
  const { search, page, cursor } = given;
  const section = SECTIONS.find((known) => known === given.section);
  const action = ACTIONS.find((known) => known === given.action);
  return {
    ...(section === undefined ? {} : { section }),
    ...(action === undefined ? {} : { action }),
    ...(typeof search === 'string' && search !== '' ? { search } : {}),
    ...(typeof page === 'number' && Number.isInteger(page) && page > 1 ? { page } : {}),
    ...(typeof cursor === 'string' && cursor !== '' ? { cursor } : {}),
  };
}
