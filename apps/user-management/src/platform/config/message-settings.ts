import type { Environment } from './config.schema.js';

/** How siblings reach this service besides HTTP: messages of Nest microservices. */
export type MessageSettings = { transport: 'none' } | { transport: 'tcp'; host: string; port: number } | { transport: 'redis'; url: string };

/** @returns what is wrong between the variables */
export function missingRedis(given: Record<string, string | undefined>): string[] {
  if (given.MESSAGES_TRANSPORT !== 'redis' || given.REDIS_URL) return [];
  return ['REDIS_URL: is required with MESSAGES_TRANSPORT=redis'];
}

export function toMessageSettings(env: Environment): MessageSettings {
  switch (env.MESSAGES_TRANSPORT) {
    case 'none':
      return { transport: 'none' };
    case 'tcp':
      return { transport: 'tcp', host: env.MESSAGES_HOST, port: env.MESSAGES_PORT };
    case 'redis':
      return { transport: 'redis', url: env.REDIS_URL ?? '' };
  }
}
