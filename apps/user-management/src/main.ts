import { BASE_PATH, createApp } from './app.setup.js';
import { startupMessage } from './startup-message.js';
import { loadConfig } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { openDatabase } from './platform/database/open-database.js';
import { runOrExit } from './run-or-exit.js';

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const connection = await openDatabase(config.database);
  const app = await createApp(config, connection);
  await app.listen(config.http.port, config.http.host);
  process.stdout.write(startupMessage(config, connection.engine, BASE_PATH));
}

runOrExit(main);
