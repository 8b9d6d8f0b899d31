/** The kind of failure alone: a message could carry an address with credentials, or what somebody sent. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}

/** The same with the code that libraries and databases add. */
export function errorNameAndCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? `${error.name} ${String(error.code)}` : errorName(error);
}
