import { BASE_PATH, createApp, listen } from './app.setup.js';
import { startupMessage } from './startup-message.js';
import { loadConfig } from './platform/config/config.js';
import { readEnvironment } from './platform/config/environment.js';
import { openDatabase } from './platform/database/open-database.js';
import { stopOnSignals } from './platform/shutdown/stop-on-signals.js';
import { runOrExit } from './run-or-exit.js';

async function main(): Promise<void> {
  const config = loadConfig(readEnvironment());
  const connection = await openDatabase(config.database);
  const app = await createApp(config, connection);
  await listen(app, config);
  // Before this nothing is in flight, and a boot that is killed begins anew.
  stopOnSignals(app);
  process.stdout.write(startupMessage(config, connection.engine, BASE_PATH));
}

runOrExit(main);
