export { DEFAULT_QUOTAS, type FakeCognitoOptions, type QuotaCategory, type Quotas } from './fake-cognito-options.js';
export type { PlantedUsers, SeededUser } from './planted-users.js';
export type { PoolGroup, PoolMail } from './pool.js';
export type { PoolUser } from './pool-users.js';
export { startFakeCognito, type FakeCognito } from './start-fake-cognito.js';
