import type { TestApp } from './test-app.js';

/** What stands in the database for the samples to name. */
export interface SampleIds {
  user: string;
  membership: string;
  role: string;
}

export async function readSampleIds(app: TestApp): Promise<SampleIds> {
  const { body: context } = await app.as('clinician@example.com', 'GET', 'users/me/context');
  const { body: custom } = await app.as('admin@example.com', 'POST', 'admin/roles', {
    key: 'SAMPLE',
    name: 'Sample',
    organisation_id: 'texas',
    permissions: ['claims:read'],
  });
  return { user: context.user_id, membership: context.memberships.find(({ organisation_id: id }: { organisation_id: string }) => id === 'texas').membership_id, role: custom.id };
}

/** The path of a route with ids that exist. */
export function samplePath(template: string, { user, membership, role }: SampleIds): string {
  const path = template.replace('/v1/user-management/', '').replace(':productId', 'derm').replace(':membershipId', membership);
  const own: Record<string, string> = { roles: role, products: 'claims', organisations: 'texas' };
  const id = own[path.split('/')[1] ?? ''] ?? user;
  return path.replace(/:(id|userId)/, id).replace(':externalId', 'nobody').replace(':permission', 'claims:read');
}

export const TAKES_CSV = /\/users\/import$/;

/** Routes whose address says everything, and the one that takes CSV. */
export const WITHOUT_JSON = /\/(erase|revoke|resend-invitation|revoke-sessions|identity\/sync|rotate-secret|redeliver|drift\/scan|cancel|users\/import)$/;

/** A valid body of every route that takes one, every field set. */
export function sampleBody(route: string, { role }: SampleIds): Record<string, unknown> | undefined {
  return BODIES(role)[route.replace('/v1/user-management/', '')];
}

const text = { name: 'Name', description: 'Words' };
const profile = {
  registration_council: 'GMC',
  registration_number: '1',
  title: 'Dr',
  speciality: 'Skin',
  qualifications: 'MD',
  valid_from: '2020-01-01',
  valid_until: '2040-01-01',
};
const membership = { organisation_id: 'mississippi', role_key: 'BILLER', product_ids: ['claims'], expires_at: '2999-01-01T00:00:00Z' };

const BODIES = (role: string): Record<string, Record<string, unknown>> => ({
  'PATCH users/me': { display_name: 'Name', phone: '+44 1234', locale: 'en-GB', time_zone: 'Europe/London' },
  'POST users/contexts': { user_ids: ['nobody'] },
  'POST permissions/register': { permission: 'sample:read', service_id: 'sample', description: 'Words' },
  'POST admin/roles': { key: 'SAMPLE_2', ...text, organisation_id: 'texas', permissions: ['claims:read'] },
  'PATCH admin/roles/:id': { ...text, permissions: ['claims:read'] },
  'POST admin/products': { id: 'sample', key: 'sample', ...text },
  'PATCH admin/products/:id': text,
  'POST admin/organisations': { id: 'sample', name: 'Name' },
  'PATCH admin/organisations/:id': { name: 'Name' },
  'POST admin/webhooks': { url: 'https://hooks.example.com/events', types: ['users.erased'], description: 'Words' },
  'PATCH admin/webhooks/:id': { url: 'https://hooks.example.com/events', types: ['users.erased'], description: 'Words', enabled: false, skip_missed: true },
  'POST admin/users': {
    email: 'sample@example.com',
    display_name: 'Name',
    user_type: 'clinician',
    phone: '+44 1234',
    practitioner_profile: profile,
    memberships: [membership],
    provisioning: { delivery: 'none', email_verified: true, on_failure: 'queue' },
  },
  'PATCH admin/users/:id': {
    display_name: 'Name',
    status: 'suspended',
    phone: '+44 1234',
    preferred_channel: 'phone',
    practitioner_profile: profile,
  },
  'POST admin/users/approve': { user_id: 'nobody', role: 'user', organisation_id: 'texas', membership_role_key: 'BILLER' },
  'POST admin/users/bulk-approve': { user_ids: ['nobody'], role: 'user', organisation_id: 'texas', membership_role_key: 'BILLER' },
  'PUT admin/users/:id/role': { role: 'user' },
  'POST admin/identity/drift/repair': { direction: 'push', kind: 'claims_differ' },
  'POST admin/identity/drift/:id/repair': { direction: 'push' },
  'POST admin/users/:id/impersonation': { reason: 'Words' },
  'POST admin/users/:id/reset-password': { delivery: 'email' },
  'POST admin/users/:userId/memberships': membership,
  'PATCH admin/users/:userId/memberships/:membershipId': { role_id: role, expires_at: '2999-01-01T00:00:00Z' },
  'POST admin/users/:userId/memberships/:membershipId/products': { product_id: 'claims' },
});
