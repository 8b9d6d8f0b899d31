import { loadConfig } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { connect, migrate } from './platform/database/open-database.js';
import { runOrExit } from './run-or-exit.js';

/** `npm run db:migrate`: applies what is pending on the database that `DATABASE_URL` names. */
async function main(): Promise<void> {
  const connection = await connect(loadConfig(readEnvironment()).database);
  try {
    const applied = await migrate(connection);
    const lines = applied.length > 0 ? applied.map((name) => `applied ${name}`) : ['nothing is pending'];
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    await connection.close();
  }
}

runOrExit(main);
