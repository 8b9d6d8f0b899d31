export { AuthErrorFilter } from './auth-error.filter.js';
export { AuthGuard, CONTEXT_SOURCE } from './auth.guard.js';
export { AuthModule, type AuthModuleAsyncOptions, type AuthModuleOptions } from './auth.module.js';
export type { AuthenticatedRequest } from './authenticated-request.js';
export { ACCESS_RULES, IS_PUBLIC, readDeclaredAccess, type DeclaredAccess } from './declared-access.js';
export * from './decorators.js';
export { tokenMetadata, withToken, type TokenMetadata } from './token-metadata.js';
