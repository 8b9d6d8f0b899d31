/** What a list with numbered pages shows; all of it stands in the address. */
export interface NumberedSearch {
  search?: string;
  /** From 1, where it isn't set. */
  page?: number;
}

export const PER_PAGE = 25;

/** Reads the address; what it doesn't know is left out. */
export function readNumberedSearch(given: Record<string, unknown>): NumberedSearch {
  const search = readText(given.search);
  const page = Number(given.page);
  return { ...(search === undefined ? {} : { search }), ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}) };
}

/** The router reads what looks like a number as one. */
export function readText(given: unknown): string | undefined {
  return (typeof given === 'string' && given !== '') || typeof given === 'number' ? String(given) : undefined;
}

/** What the service is asked for. */
export function toPageQuery({ search, page = 1 }: NumberedSearch): { limit: string; offset: string; search?: string } {
  return { limit: String(PER_PAGE), offset: String((page - 1) * PER_PAGE), ...(search === undefined ? {} : { search }) };
}
