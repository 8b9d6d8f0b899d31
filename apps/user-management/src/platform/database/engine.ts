/** The database engines; PGlite speaks PostgreSQL, MariaDB speaks MySQL (DESIGN section 9). */
export type Engine = 'pglite' | 'postgresql' | 'mysql';
export type Dialect = 'postgresql' | 'mysql';

/** @param url `DATABASE_URL`, or null for the embedded engine */
export function engineOf(url: string | null): Engine {
  if (url === null) return 'pglite';
  return /^(mysql|mariadb):/.test(url) ? 'mysql' : 'postgresql';
}

export function dialectOf(engine: Engine): Dialect {
  return engine === 'mysql' ? 'mysql' : 'postgresql';
}
