export * from './access.js';
export * from './access-rules.js';
export { AuthError, ConfigurationError, toChallenge, toProblem } from './auth-error.js';
export * from './context-checks.js';
export { HttpContextSource, type HttpContextSourceOptions } from './http-context-source.js';
export { ORGANISATION_HEADER, resolveOrganisation, type OrganisationSources } from './resolve-organisation.js';
export { ServiceTokenSource, type ServiceTokenSourceOptions } from './service-token-source.js';
export { TokenVerifier } from './token-verifier.js';
export { UserManagementClient, type UserManagementClientOptions } from './user-management-client.js';
export type { SignatureAlgorithm, VerifierOptions } from './verifier-options.js';
export type {
  ContextMembership,
  ErrorCode,
  PermissionDefinition,
  Problem,
  UserContext,
  UserStatus,
  UserType,
} from '@sa-platform/contracts';
