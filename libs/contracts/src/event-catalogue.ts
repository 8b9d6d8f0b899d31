import type { JsonSchema } from './json-schema.js';
import { USER_STATUSES, USER_TYPES } from './users.js';

/** What the catalogue says of one type of event. */
export interface EventDescription {
  /** One sentence: what has happened. */
  readonly summary: string;
  readonly user_id: JsonSchema;
  readonly organisation_id: JsonSchema;
  readonly payload: JsonSchema;
}

const USER = { type: 'string', description: 'Whom it is about' } as const;
const NO_USER = { type: 'null', description: 'It is about no single user' } as const;
const IN_ORGANISATION = { type: 'string', description: 'Where it holds' } as const;
const IN_NO_ORGANISATION = { type: 'null', description: 'It holds in no single organisation' } as const;
const ANYWHERE = { type: ['string', 'null'], description: 'Where it holds; null: in no single organisation' } as const;

const STATUS = { enum: USER_STATUSES } as const;
const USER_TYPE = { enum: USER_TYPES } as const;
const MEMBERSHIP_ID = { type: 'string', description: 'Id of the membership' } as const;
const ROLE_KEY = { type: 'string', description: 'Key of the role, such as `BILLER`' } as const;
const PRODUCT_ID = { type: 'string', description: 'Id of the product' } as const;
const PRODUCT_IDS = { type: 'array', items: PRODUCT_ID } as const;
const PERMISSIONS = { type: 'array', items: { type: 'string', description: 'Such as `claims:read`' } } as const;
/** Where the user type may change in the same moment. */
const TYPES = { from_type: USER_TYPE, to_type: USER_TYPE } as const;

const STATUS_TAKEN = { type: 'object', required: ['from', 'to'], properties: { from: STATUS, to: STATUS } } as const;
const STATUS_GIVEN = { type: 'object', required: ['from', 'to'], properties: { from: STATUS, to: STATUS, ...TYPES } } as const;
const PRODUCT = {
  type: 'object',
  required: ['membership_id', 'product_id'],
  properties: { membership_id: MEMBERSHIP_ID, product_id: PRODUCT_ID },
} as const;

/**
 * Every type of event (DESIGN section 6), with JSON Schemas of what depends on the type. The one source of the TypeScript types,
 * of the AsyncAPI document and of the test that reads what is really published. Payloads carry ids and keys, never personal
 * data. A key may be added; none changes its meaning or goes.
 */
export const EVENT_CATALOGUE = {
  'users.created': {
    summary: 'There is a new user, by an administrator, an import, a registration or a seeder.',
    user_id: USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: { type: 'object', required: ['user_type', 'status'], properties: { user_type: USER_TYPE, status: STATUS } },
  },
  'users.updated': {
    summary:
      'Something of a user or a membership has changed that no other type tells of; also: the user was sent back to `pending`, and somebody began or ceased to act as the user.',
    user_id: USER,
    organisation_id: ANYWHERE,
    payload: {
      type: 'object',
      required: ['fields'],
      properties: {
        fields: { type: 'array', description: 'What has changed, never to what', items: { type: 'string' } },
        from: { ...STATUS, description: 'With `status` among the fields' },
        to: { ...STATUS, description: 'With `status` among the fields' },
        ...TYPES,
        membership_id: { ...MEMBERSHIP_ID, description: 'Whose fields they are, when not the user’s' },
        reason: { enum: ['impersonation started', 'impersonation ended'] },
        impersonation_id: { type: 'string', description: 'Id of the impersonation, with `reason`' },
      },
    },
  },
  'users.approved': {
    summary: 'A pending user became active.',
    user_id: USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: STATUS_GIVEN,
  },
  'users.suspended': {
    summary: 'All access of the user rests.',
    user_id: USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: STATUS_TAKEN,
  },
  'users.reactivated': {
    summary: 'A suspended or deactivated user became active again.',
    user_id: USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: STATUS_GIVEN,
  },
  'users.deactivated': {
    summary: 'All access of the user has ended.',
    user_id: USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: STATUS_TAKEN,
  },
  'users.erased': {
    summary: 'Everything personal about the user is gone; erase what you keep. Nothing is left at all of a creation that was undone.',
    user_id: USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: { type: 'object', properties: { reason: { const: 'creation undone' } } },
  },
  'users.role.changed': {
    summary: 'A membership has another role.',
    user_id: USER,
    organisation_id: IN_ORGANISATION,
    payload: {
      type: 'object',
      required: ['membership_id', 'from_role', 'to_role'],
      properties: { membership_id: MEMBERSHIP_ID, from_role: ROLE_KEY, to_role: ROLE_KEY },
    },
  },
  'users.membership.added': {
    summary: 'The user has a role in an organisation; each product of it is told of by an event of its own as well.',
    user_id: USER,
    organisation_id: IN_ORGANISATION,
    payload: {
      type: 'object',
      required: ['membership_id', 'role', 'product_ids'],
      properties: { membership_id: MEMBERSHIP_ID, role: ROLE_KEY, product_ids: PRODUCT_IDS },
    },
  },
  'users.membership.removed': {
    summary: 'The user no longer has a role in an organisation; each product that went with it was told of just before.',
    user_id: USER,
    organisation_id: IN_ORGANISATION,
    payload: {
      type: 'object',
      required: ['membership_id', 'role'],
      properties: { membership_id: MEMBERSHIP_ID, role: ROLE_KEY, reason: { const: 'expired', description: 'Its time was over' } },
    },
  },
  'users.product.granted': {
    summary: 'A membership has a product.',
    user_id: USER,
    organisation_id: IN_ORGANISATION,
    payload: PRODUCT,
  },
  'users.product.revoked': {
    summary: 'A membership no longer has a product.',
    user_id: USER,
    organisation_id: IN_ORGANISATION,
    payload: PRODUCT,
  },
  'users.permissions.changed': {
    summary: 'A role was edited: this is what everybody who holds it may do from now on.',
    user_id: NO_USER,
    organisation_id: { ...ANYWHERE, description: 'Whose custom role it is; null: a role of the platform' },
    payload: {
      type: 'object',
      required: ['role_id', 'role_key', 'permissions'],
      properties: { role_id: { type: 'string', description: 'Id of the role' }, role_key: ROLE_KEY, permissions: PERMISSIONS },
    },
  },
  'permissions.registered': {
    summary: 'Permissions are new in the registry or changed there; platform admins hold them.',
    user_id: NO_USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: { type: 'object', required: ['permissions'], properties: { permissions: PERMISSIONS } },
  },
  'webhooks.disabled': {
    summary: 'A webhook gets no events any more until somebody enables it again: its receiver failed for three days, or is gone.',
    user_id: NO_USER,
    organisation_id: IN_NO_ORGANISATION,
    payload: {
      type: 'object',
      required: ['webhook_id', 'reason'],
      properties: { webhook_id: { type: 'string', description: 'Id of the webhook' }, reason: { enum: ['failing', 'gone'] } },
    },
  },
} as const satisfies Record<string, EventDescription>;

export type EventType = keyof typeof EVENT_CATALOGUE;

export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as [EventType, ...EventType[]];
