export * from './errors.js';
export * from './identity-provider.js';
export * from './request-pacer.js';
export { generateTemporaryPassword } from './temporary-password.js';
