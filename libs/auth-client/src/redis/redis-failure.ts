/**
 * An error that is safe to log. What ioredis throws is not: Redis repeats the arguments of a command it doesn't know, the
 * password among them, and ioredis adds them as `command.args`. So only the code is taken over: that of the system
 * (`ECONNREFUSED`) or the first word of Redis's answer (`WRONGPASS`).
 *
 * @param error what was thrown
 */
export function toSafeError(error: Error & { code?: unknown }): Error {
  const code = typeof error.code === 'string' ? error.code : /^[A-Z]+\b/.exec(error.message)?.[0];
  return new Error(`Redis events: ${code ?? error.name}`);
}
