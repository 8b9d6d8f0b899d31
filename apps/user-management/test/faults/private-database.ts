/** A database server that belongs to the suite alone, so that it may crash. */
export interface PrivateDatabase {
  readonly port: number;
  /** @returns `DATABASE_URL` of a new migrated database */
  create(): Promise<string>;
  drop(url: string): Promise<void>;
  /** As a server process that dies: connections break, nothing is written out, recovery follows. */
  crash(): Promise<void>;
  /** Resolves when it answers again. */
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}
