import type { UserStatus, UserType } from '@sa-platform/contracts';

/** DESIGN section 12: fixed, so that scripts and siblings can count on them. */
export const DEMO_PASSWORD = 'Passw0rd!';

export const DEMO_ORGANISATIONS = [
  { id: 'texas', name: 'Texas' },
  { id: 'mississippi', name: 'Mississippi' },
];

export const DEMO_PRODUCTS = [
  { id: 'claims', key: 'claims', name: 'Claims', description: 'Insurance claims' },
  { id: 'derm', key: 'derm', name: 'Dermatology', description: 'Dermatology reviews' },
  { id: 'reports', key: 'reports', name: 'Reports', description: 'Reports and statistics' },
];

export interface DemoPerson {
  email: string;
  displayName: string;
  userType: UserType;
  status: UserStatus;
  memberships: { organisation_id: string; role_key: string; product_ids: string[] }[];
}

const person = (
  [name, displayName]: [string, string],
  userType: UserType,
  status: UserStatus,
  memberships: DemoPerson['memberships'] = [],
): DemoPerson => ({ email: `${name}@example.com`, displayName, userType, status, memberships });

const member = (organisation_id: string, role_key: string, ...product_ids: string[]) => ({
  organisation_id,
  role_key,
  product_ids,
});

export const DEMO_PEOPLE: DemoPerson[] = [
  person(['admin', 'Demo Platform Admin'], 'admin', 'active'),
  person(['tenant-admin', 'Demo Tenant Admin'], 'user', 'active', [member('texas', 'TENANT_ADMIN')]),
  person(['biller', 'Demo Biller'], 'user', 'active', [member('texas', 'BILLER', 'claims')]),
  person(['clinician', 'Demo Clinician'], 'clinician', 'active', [
    member('texas', 'READONLY', 'derm'),
    member('mississippi', 'RCM_ANALYST'),
  ]),
  person(['patient', 'Demo Patient'], 'patient', 'active'),
  person(['pending', 'Demo Pending'], 'user', 'pending'),
  person(['suspended', 'Demo Suspended'], 'user', 'suspended', [member('texas', 'BILLER')]),
  person(['deactivated', 'Demo Deactivated'], 'user', 'deactivated', [member('texas', 'BILLER')]),
];
