/**
 * Every error code this platform answers, with its HTTP status and title (RFC 9457 `title`). Codes are stable:
 * callers may compare them; titles and details are for people.
 */
export const ERRORS = {
  'request.invalid': [400, 'The request is not valid'],
  'request.malformed': [400, 'The request body can not be read'],
  'request.too_large': [413, 'The request is too large'],
  'request.too_slow': [408, 'The request came too slowly'],
  'request.unsupported_media_type': [415, 'Only application/json is accepted'],
  'request.not_found': [404, 'No such route'],
  'request.method_not_allowed': [405, 'Method not allowed'],
  'token.missing': [401, 'A bearer token is required'],
  'token.invalid': [401, 'The token is not valid'],
  'token.expired': [401, 'The token has expired'],
  'access.denied': [403, 'You may not do this'],
  'access.undeclared': [403, 'This route is closed'],
  'access.organisation_required': [403, 'Name the organisation'],
  'user.unknown': [403, 'This account is not known here'],
  'user.not_active': [403, 'This account is not active'],
  'user.not_found': [404, 'User not found'],
  'user.email_taken': [409, 'A user with this e-mail exists'],
  'user.clinical_patient_taken': [409, 'This clinical patient is linked to another user'],
  'user.erased': [409, 'The user was erased and does not come back'],
  'user.self_change': [403, 'You can not do this to yourself'],
  'user.outranks_actor': [403, 'This user holds more than you do'],
  'user.beyond_reach': [403, 'This user belongs to more than you administer'],
  'user.type_differs': [409, 'The user is of another type'],
  'user.type_forbidden': [403, 'Only platform admins make platform admins'],
  'user.last_platform_admin': [409, 'The last active platform admin can not be removed'],
  'user.not_pending': [409, 'The user does not wait for approval'],
  'user.status_transition': [409, 'The status can not change like this'],
  'membership.not_found': [404, 'Membership not found'],
  'membership.last': [400, "A user's last membership can not be removed"],
  'membership.exists': [409, 'The user holds this role in this organisation already'],
  'membership.last_tenant_admin': [409, 'The last tenant administrator of an organisation can not be removed'],
  'membership.required': [403, 'Name at least one membership in your organisation'],
  'product_access.not_found': [404, 'The membership does not have this product'],
  'product_access.exists': [409, 'The membership has this product already'],
  'role.not_found': [404, 'Role not found'],
  'role.key_taken': [409, 'A role with this key exists'],
  'role.in_use': [409, 'The role is in use'],
  'role.system': [403, 'A system role can not be deleted or renamed'],
  'role.exceeds_actor': [403, 'The role holds permissions that you do not hold'],
  'role.required_permissions': [409, 'The role can not lose these permissions'],
  'organisation.not_found': [404, 'Organisation not found'],
  'organisation.id_taken': [409, 'An organisation with this id exists'],
  'product.not_found': [404, 'Product not found'],
  'product.id_taken': [409, 'A product with this id exists'],
  'product.key_taken': [409, 'A product with this key exists'],
  'permission.unknown': [400, 'The permission is not registered'],
  'permission.not_found': [404, 'Permission not found'],
  'precondition.failed': [412, 'The resource has changed since you read it'],
  'events.expired': [410, 'These events are not kept any more'],
  'idempotency.in_flight': [409, 'The first request with this key is still running'],
  'idempotency.key_reused': [422, 'This key was used for another request'],
  'impersonation.ended': [401, 'The impersonation is over'],
  'impersonation.forbidden': [403, 'Nobody may do this in the name of somebody else'],
  'impersonation.platform_admin': [403, 'Platform admins can not be impersonated'],
  'impersonation.user_not_active': [409, 'Only active users can be impersonated'],
  'import.not_found': [404, 'Import not found'],
  'import.over': [409, 'The import is over'],
  'identity.conflict': [409, 'The identity provider has this account already'],
  'identity.unavailable': [502, 'The identity provider did not do it'],
  'identity.rejected': [409, 'The identity provider refuses this, in this state of the account'],
  'identity.missing': [409, 'The account at the identity provider is gone'],
  'identity.not_provisioned': [409, 'The user has no account at the identity provider yet'],
  'drift.running': [409, 'A scan or a repair is running'],
  'drift.scan_not_found': [404, 'Scan not found'],
  'drift.repair_not_found': [404, 'Repair not found'],
  'drift.item_not_found': [404, 'Discrepancy not found'],
  'drift.direction_forbidden': [409, 'This discrepancy can not be repaired in this direction'],
  'webhook.not_found': [404, 'Webhook not found'],
  'webhook.delivery_not_found': [404, 'No such delivery, or its event is not kept any more'],
  'webhooks.not_configured': [409, 'Webhooks can not be signed: WEBHOOK_SIGNING_KEY is not set'],
  'database.conflict': [409, 'Another change came first; try again'],
  'database.unavailable': [503, 'The database does not answer'],
  'context.unavailable': [503, 'The context can not be resolved now'],
  'service.overloaded': [503, 'The service is busy'],
  'internal.error': [500, 'Something went wrong'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorCode = keyof typeof ERRORS;

/** One field that was wrong; `field` is its path in the request, for example `memberships.0.role_id`. */
export interface FieldError {
  field: string;
  message: string;
}

/** RFC 9457 problem details as this platform answers them, media type `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  request_id: string;
  errors?: FieldError[];
}
