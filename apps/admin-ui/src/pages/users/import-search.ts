/** Which import is looked at, and where in its lists; all of it stands in the address. */
export interface ImportSearch {
  import?: string;
  /** Of the refused rows: the line that the page begins behind. */
  cursor?: string;
  /** Of the earlier imports, from 1. */
  page?: number;
}

/** Reads the address; what it doesn't know is left out. */
export function readImportSearch({ import: id, cursor, page }: Record<string, unknown>): ImportSearch {
  const line = Number(cursor);
  const number = Number(page);
  return {
    ...(typeof id === 'string' && id !== '' ? { import: id } : {}),
    ...(Number.isSafeInteger(line) && line > 0 ? { cursor: String(line) } : {}),
    ...(Number.isSafeInteger(number) && number > 1 ? { page: number } : {}),
  };
}
