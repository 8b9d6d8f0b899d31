import { readAuthClientOptions, type AuthClientOptions, type Environment } from '@sa-platform/auth-client';
import { readRedisEventsOptions, RedisEvents } from '@sa-platform/auth-client/redis';

/** Where user-management is after `npm start`. In production nothing is assumed. */
const DEVELOPMENT = { USER_MANAGEMENT_URL: 'http://127.0.0.1:3000', IDENTITY_PROVIDER: 'mock' };

const PERMISSIONS = [
  { permission: 'example:claims:export', service_id: 'example-service', description: 'Export claims from the example' },
];

/**
 * The options of the auth client: with events when there is a `REDIS_URL`, and with the permissions of this service when
 * it has credentials.
 *
 * @param onError hears what goes wrong in the background
 * @throws ConfigurationError naming each variable that is missing or malformed
 */
export function readOptions(environment: Environment, onError: (error: Error) => void): AuthClientOptions {
  const isProduction = environment['NODE_ENV'] === 'production';
  const options = readAuthClientOptions(isProduction ? environment : { ...DEVELOPMENT, ...environment });
  return {
    ...options,
    ...(environment['REDIS_URL'] ? { events: new RedisEvents({ ...readRedisEventsOptions(environment), onError }) } : {}),
    ...(options.service ? { permissions: PERMISSIONS } : {}),
    onError,
  };
}
