export * from './access/access.js';
export * from './access/access-rules.js';
export { AuthClient, createAuthClient, type AuthClientOptions } from './auth-client.js';
export { AuthError, ConfigurationError, toChallenge, toProblem, type ConfigurationProblem } from './auth-error.js';
export {
  Authorizer,
  requireTenant,
  requireUser,
  type Authorization,
  type IncomingRequest,
  type Tenant,
} from './access/authorizer.js';
export * from './access/context-checks.js';
export { CachedContexts, type CachedContextsOptions } from './contexts/cached-contexts.js';
export type { EventConnection, EventListener } from './event-connection.js';
export { readAuthClientOptions } from './read-auth-client-options.js';
export { ORGANISATION_HEADER, resolveOrganisation, type OrganisationSources } from './access/resolve-organisation.js';
export { ServiceTokenSource, type ServiceTokenSourceOptions } from './service-token-source.js';
export { TokenVerifier } from './verification/token-verifier.js';
export { UserManagementClient, type TaggedContext, type UserManagementClientOptions } from './user-management-client.js';
export type { Environment } from './variable-reader.js';
export type { ImpersonationOptions, SignatureAlgorithm, VerifierOptions } from './verification/verifier-options.js';
export type {
  ContextMembership,
  ErrorCode,
  EventEnvelope,
  EventPayload,
  EventType,
  Heartbeat,
  PermissionDefinition,
  Problem,
  UserContext,
  UserStatus,
  UserType,
} from '@sa-platform/contracts';
