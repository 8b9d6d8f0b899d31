export * from './errors.js';
export * from './identity-provider.js';
