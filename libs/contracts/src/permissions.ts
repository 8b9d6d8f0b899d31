/** `resource:action` or `area:resource:action`, lower case, digits and `_`. */
export const PERMISSION_PATTERN = /^[a-z0-9_]+:[a-z0-9_]+(:[a-z0-9_]+)?$/;
export const PERMISSION_MAX_LENGTH = 150;

/** A permission string, who owns it, and what it allows. */
export interface PermissionDefinition {
  permission: string;
  service_id: string;
  description: string;
}

const define = (serviceId: string, entries: Record<string, string>): PermissionDefinition[] =>
  Object.entries(entries).map(([permission, description]) => ({ permission, service_id: serviceId, description }));

/** The baseline catalogue that the service registers at boot. */
export const BASELINE_PERMISSIONS: readonly PermissionDefinition[] = [
  ...define('platform', {
    'admin:users:read': 'See the users of an organisation and their memberships',
    'admin:users:write': 'Create, change and deactivate users, and manage their memberships and products',
    'admin:roles:read': 'See roles and the permissions they hold',
    'admin:roles:write': 'Create, change and delete the custom roles of an organisation',
    'admin:organisations:read': 'See the details of an organisation',
    'admin:products:read': 'See the products and how often each is granted',
    'admin:permissions:read': 'See the registered permissions',
    'admin:audit:read': 'Read the audit entries of an organisation',
    'admin:webhooks:read': 'See the webhooks of the platform and their deliveries',
    'admin:webhooks:write': 'Configure the webhooks of the platform and redeliver events',
    'events:read': 'Read the feed of user events',
    'webhooks:read': 'See the configured webhooks and their deliveries',
    'webhooks:write': 'Configure webhooks and redeliver events',
  }),
  ...define('clinical-api', {
    'cases:read': 'Read clinical cases',
    'cases:write': 'Create and change clinical cases',
    'patients:read': 'Read patient records',
    'patients:write': 'Create and change patient records',
    'images:read': 'View clinical images',
    'images:write': 'Upload and annotate clinical images',
    'histology:read': 'Read histology requests and reports',
    'histology:write': 'Request histology and enter its reports',
    'medications:read': 'Read medication plans',
    'medications:write': 'Prescribe and change medication',
    'derm_review:read': 'Read dermatology reviews',
    'derm_review:write': 'Carry out dermatology reviews',
  }),
  ...define('orchestrator', {
    'orchestrator:read': 'See workflows and where they stand',
    'orchestrator:write': 'Start, change and stop workflows',
    'question_sets:read': 'Read question sets',
    'question_sets:write': 'Create and change question sets',
  }),
  ...define('billing', {
    'claims:read': 'Read insurance claims',
    'claims:write': 'Create, change and submit insurance claims',
    'payers:read': 'See payers and their plans',
    'payers:write': 'Create and change payers and their plans',
    'fee_schedules:read': 'See fee schedules',
    'fee_schedules:write': 'Create and change fee schedules',
    'denials:read': 'See denied claims and the reasons',
    'denials:write': 'Work on denied claims: correct, appeal, write off',
    'members:read': 'See insured members and their cover',
    'members:write': 'Create and change insured members and their cover',
    'eligibility:read': 'See what eligibility checks have answered',
    'eligibility:write': 'Run eligibility checks',
    'dashboards:read': 'See the dashboards of the revenue cycle',
    'reports:read': 'See and download the reports of the revenue cycle',
  }),
];
