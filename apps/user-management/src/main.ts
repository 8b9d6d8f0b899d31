import { BASE_PATH, createApp } from './app.setup.js';
import { startupMessage } from './startup-message.js';
import { ConfigError, loadConfig } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { openDatabase } from './platform/database/open-database.js';

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const connection = await openDatabase(config.database);
  const app = await createApp(config, connection);
  await app.listen(config.http.port, config.http.host);
  process.stdout.write(startupMessage(config, connection.engine, BASE_PATH));
}

main().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || (error instanceof Error && error.name === 'MigrationError');
  process.stderr.write(`${isExpected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
});
