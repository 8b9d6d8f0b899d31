export { RedisEvents } from './redis-events.js';
export { readRedisEventsOptions, type RedisEventsOptions } from './redis-events-options.js';
