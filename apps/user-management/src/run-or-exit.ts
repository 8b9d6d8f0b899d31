/** What its user can mend, by the error's name: the message says it all. */
const TOLD_IN_A_SENTENCE = new Set(['ConfigError', 'ConfigurationError', 'MigrationError', 'FolderLockedError']);

/** The same for errors of the system and the drivers, by their code; their own messages can hold addresses. */
const SENTENCES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'PORT or MESSAGES_PORT: another process listens there; stop it or choose another port',
  EACCES: 'PORT or DATA_DIR: this user may not use it',
  ECONNREFUSED: 'DATABASE_URL: no database server answers there',
  ENOTFOUND: 'DATABASE_URL: the host is not known',
  ETIMEDOUT: 'DATABASE_URL: the database server does not answer',
  '3D000': 'DATABASE_URL: the database does not exist; create it first',
  ER_BAD_DB_ERROR: 'DATABASE_URL: the database does not exist; create it first',
  '28P01': 'DATABASE_URL: the server refuses this user or password',
  '28000': 'DATABASE_URL: the server refuses this user or password',
};

/** Runs a program; a failure ends the process with 1, told in a sentence where its user can mend it. */
export function runOrExit(program: () => Promise<void>): void {
  program().catch((error: unknown) => {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exit(1);
  });
}

/** @returns one sentence, or the stack of what nobody foresaw */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (TOLD_IN_A_SENTENCE.has(error.name)) return error.message;
  const codes = ['code' in error ? String(error.code) : '', 'sqlState' in error ? String(error.sqlState) : ''];
  const sentence = codes.map((code) => SENTENCES[code]).find((found) => found !== undefined);
  return sentence ?? error.stack ?? error.message;
}
