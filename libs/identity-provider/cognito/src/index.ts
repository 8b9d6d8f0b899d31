export type { PacingOverrides } from './call-pacing.js';
export { COGNITO_ACTIONS } from './cognito-calls.js';
export { createCognitoIdentityProvider, type CognitoOptions } from './create-cognito-identity-provider.js';
export { GROUP_MARK } from './role-groups.js';
export { CUSTOM_ATTRIBUTES } from './user-attributes.js';
