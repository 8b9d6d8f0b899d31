// #region background
import { createAuthClient, readAuthClientOptions } from '@sa-platform/auth-client';
import { readRedisEventsOptions, RedisEvents } from '@sa-platform/auth-client/redis';

const onError = (error: Error): void => console.warn(error.message);

const client = createAuthClient({
  ...readAuthClientOptions(process.env),
  events: new RedisEvents({ ...readRedisEventsOptions(process.env), onError }),
  permissions: [{ permission: 'claims:export', service_id: 'claims', description: 'Export claims' }],
  onError,
});
// #endregion

/** For the spec beside this file. */
export { client };
