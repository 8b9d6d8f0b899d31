import { existsSync } from 'node:fs';

/** The process's variables; those of a `.env` file in the working directory fill in what is not set. */
export function readEnvironment(): Record<string, string | undefined> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}
