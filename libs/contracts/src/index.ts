export * from './context.js';
export * from './errors.js';
export * from './events.js';
export * from './permissions.js';
export * from './roles.js';
export * from './users.js';
