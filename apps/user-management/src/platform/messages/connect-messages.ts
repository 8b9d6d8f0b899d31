import type { INestApplication } from '@nestjs/common';
import type { MessageSettings } from '../config/message-settings.js';
import { ReadinessChecks } from '../health/readiness-checks.js';
import { Shutdown } from '../shutdown/shutdown.js';
import type { MessageServer } from './message-server.js';

/**
 * Makes the application a hybrid one: its `@MessagePattern()` handlers hear messages too, behind the same guards, pipes and
 * filters as its routes. It listens with `app.startAllMicroservices()`.
 */
export async function connectMessages(app: INestApplication, settings: MessageSettings): Promise<void> {
  const server = await createServer(settings);
  if (server === null) return;
  app.connectMicroservice({ strategy: server }, { inheritAppConfig: true });
  app.get(Shutdown).add((limit) => server.drain(limit));
  app.get(ReadinessChecks).add('messages', () => server.checkHealth());
}

/** Loaded when it is wanted. */
async function createServer(settings: MessageSettings): Promise<MessageServer | null> {
  switch (settings.transport) {
    case 'none':
      return null;
    case 'tcp':
      return new (await import('./tcp-message-server.js')).TcpMessageServer(settings);
    case 'redis':
      return new (await import('./redis-message-server.js')).RedisMessageServer(settings.url);
  }
}
