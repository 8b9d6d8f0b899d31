/** The longest body of a request, but for files. */
export const BODY_LIMIT_BYTES = 256 * 1024;
