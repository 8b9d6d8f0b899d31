/** A role that the service creates at boot when it is missing; what people change in it afterwards stays. */
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

/** The canonical roles any organisation can use. */
export const TENANT_ROLES: readonly RoleDefinition[] = [
  {
    key: TENANT_ADMIN,
    name: 'Tenant administrator',
    description: 'Administers one organisation: its users, roles, webhooks and billing',
    permissions: [
      ...TENANT_ADMIN_CORE,
      'admin:organisations:read',
      'admin:products:read',
      'admin:permissions:read',
      'admin:audit:read',
      'claims:read',
      'claims:write',
      'webhooks:read',
      'webhooks:write',
    ],
  },
  {
    key: 'BILLING_LEAD',
    name: 'Billing lead',
    description: 'Leads billing: works on claims and sees who else does',
    permissions: ['admin:users:read', 'claims:read', 'claims:write'],
  },
  { key: 'BILLER', name: 'Biller', description: 'Creates and submits claims', permissions: ['claims:read', 'claims:write'] },
  {
    key: 'RCM_ANALYST',
    name: 'Revenue cycle analyst',
    description: 'Analyses claims and the workflows behind them',
    permissions: ['claims:read', 'orchestrator:read'],
  },
  {
    key: 'MEMBER_SERVICES',
    name: 'Member services',
    description: 'Answers members: sees claims and question sets',
    permissions: ['claims:read', 'question_sets:read'],
  },
  { key: 'READONLY', name: 'Read only', description: 'Sees claims and changes nothing', permissions: ['claims:read'] },
];
