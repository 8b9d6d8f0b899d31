/** A role that the service creates at boot when it is missing, and brings up to date until somebody edits its permissions. */
export interface RoleDefinition {
  key: string;
  name: string;
  description: string;
  permissions: readonly string[];
}

/** The role whose last holder in an organisation can't be removed. */
export const TENANT_ADMIN = 'TENANT_ADMIN';

/** What TENANT_ADMIN keeps whatever is edited: without these nobody in the organisation could administer it. */
export const TENANT_ADMIN_CORE: readonly string[] = [
  'admin:users:read',
  'admin:users:write',
  'admin:roles:read',
  'admin:roles:write',
];

/** One per `user_type` but `admin`: permissions that hold platform-wide for everybody of that type. */
export const TYPE_ROLES: readonly RoleDefinition[] = [
  {
    key: 'clinician',
    name: 'Clinician',
    description: 'What every clinician may do on the whole platform',
    permissions: ['cases:read'],
  },
  { key: 'patient', name: 'Patient', description: 'What every patient may do on the whole platform', permissions: [] },
  { key: 'user', name: 'User', description: 'What every other person may do on the whole platform', permissions: [] },
];

const TENANT_WORK_ROLES: readonly RoleDefinition[] = [
  {
    key: 'BILLING_LEAD',
    name: 'Billing lead',
    description: 'Leads billing: payers, fee schedules, claims and denials, and sees who else works there',
    permissions: [
      'admin:users:read',
      ...['payers:read', 'payers:write', 'fee_schedules:read', 'fee_schedules:write'],
      ...['claims:read', 'claims:write', 'denials:read', 'denials:write'],
    ],
  },
  { key: 'BILLER', name: 'Biller', description: 'Creates and submits claims', permissions: ['claims:read', 'claims:write'] },
  {
    key: 'RCM_ANALYST',
    name: 'Revenue cycle analyst',
    description: 'Analyses claims and the workflows behind them in dashboards and reports',
    permissions: ['claims:read', 'orchestrator:read', 'dashboards:read', 'reports:read'],
  },
  {
    key: 'MEMBER_SERVICES',
    name: 'Member services',
    description: 'Looks after members and their eligibility; sees claims and question sets',
    permissions: ['members:read', 'members:write', 'eligibility:read', 'eligibility:write', 'claims:read', 'question_sets:read'],
  },
  {
    key: 'READONLY',
    name: 'Read only',
    description: 'Sees all of billing and changes nothing',
    permissions: [
      ...['claims:read', 'payers:read', 'fee_schedules:read', 'denials:read'],
      ...['members:read', 'eligibility:read', 'dashboards:read', 'reports:read'],
    ],
  },
];

/**
 * The canonical roles any organisation can use. TENANT_ADMIN holds all that the others hold, or an organisation's
 * administrators could neither hand them out nor look after those who have them. Whoever changes a set adds the one
 * before to `FORMER_EDITIONS` (modules/roles/former-editions.ts), so that databases with it follow.
 */
export const TENANT_ROLES: readonly RoleDefinition[] = [
  {
    key: TENANT_ADMIN,
    name: 'Tenant administrator',
    description: 'Administers one organisation: its users, roles, webhooks and all of its billing',
    permissions: [
      ...new Set([
        ...TENANT_ADMIN_CORE,
        ...['admin:organisations:read', 'admin:products:read', 'admin:permissions:read', 'admin:audit:read'],
        ...['webhooks:read', 'webhooks:write'],
        ...TENANT_WORK_ROLES.flatMap(({ permissions }) => permissions),
      ]),
    ],
  },
  ...TENANT_WORK_ROLES,
];
