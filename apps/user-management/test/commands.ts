import { expect } from '@jest/globals';
import type { AuditAction } from '@sa-platform/contracts';
import { DriftDesk } from './drift-desk.js';
import { impersonate } from './impersonating.js';
import { ADMIN, newEmail, newUser, People, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';

/** What a command is expected to leave; `target` is an id, and `before` and `after` are parts of what they have to say. */
export interface Expected {
  action: AuditAction;
  target: string | null;
  before?: object | null;
  after?: object | null;
  personal?: object | null;
}

export type Command = () => Promise<{ answer: Answer; expected: Expected }>;

/** A service, an organisation and its administrator, for commands to be tried on. */
export class CommandStage {
  app!: TestApp;
  people!: People;
  org!: string;
  tenantAdmin!: Person;

  async open(): Promise<void> {
    this.app = await TestApp.start();
    this.people = new People(this.app);
    this.org = await this.people.organisation();
    this.tenantAdmin = await this.people.member(this.org, 'TENANT_ADMIN');
    await this.app.token(this.tenantAdmin.email);
  }

  close(): Promise<void> {
    return this.app.stop();
  }
}

/** A command about a new person: what it does, and what it leaves. */
const about = (
  make: () => Promise<Person>,
  run: (person: Person) => Promise<Answer>,
  expected: Omit<Expected, 'target'>,
): Command => async () => {
  const person = await make();
  return { answer: await run(person), expected: { ...expected, target: person.id } };
};

const waiting = { status: 'pending' };
const active = { status: 'active' };
const out = { status: 'deactivated' };

/** Tried in drift.spec, which plants a discrepancy; and what only reads. */
export const TRIED_ELSEWHERE = new Set(['POST admin/identity/drift/:id/repair', 'POST users/contexts']);

/**
 * A command for every route that changes something, by the route.
 *
 * @param stage need not be open yet
 */
export function commandsOn(stage: CommandStage): Record<string, Command> {
  const call = (method: string, path: string, json?: unknown) => stage.app.as(ADMIN, method, path, json);
  const csvOf = (...rows: string[]) => ['email,display_name,user_type,organisation_id,role_key,product_ids,phone', ...rows, ''].join('\r\n');
  const biller = () => stage.people.member(stage.org, 'BILLER', 'claims');
  const newWebhook = async () => String((await call('POST', 'admin/webhooks', { url: 'https://127.0.0.2.example.com/', types: ['users.erased'] })).body.id);
  const membershipOf = async (person: Person) => String((await stage.people.view(person.id)).memberships[0].membership_id);

  async function pending(): Promise<Person> {
    const email = newEmail();
    return { id: await stage.app.idOf(email), email };
  }

  return {
    'PATCH users/me': about(biller, async ({ email }) => stage.app.as(email, 'PATCH', 'users/me', { phone: '+44 1' }), {
      action: 'USER_UPDATED',
      ...{ before: null, after: null, personal: { before: { phone: null }, after: { phone: '+44 1' } } },
    }),
    'POST admin/users': async () => {
      const user = newUser({ memberships: [{ organisation_id: stage.org, role_key: 'BILLER' }] });
      const answer = await call('POST', 'admin/users', user);
      const after = { status: 'active', user_type: 'user', delivery: 'none', memberships: [{ organisation_id: stage.org, role_key: 'BILLER' }] };
      const personal = { before: null, after: { email: user.email, display_name: user.display_name } };
      return { answer, expected: { action: 'USER_CREATED', target: answer.body.id, before: null, after, personal } };
    },
    'PATCH admin/users/:id': about(biller, ({ id }) => call('PATCH', `admin/users/${id}`, { status: 'suspended', phone: '+44 2' }), {
      action: 'USER_SUSPENDED',
      ...{ before: active, after: { status: 'suspended' }, personal: { before: { phone: null }, after: { phone: '+44 2' } } },
    }),
    'DELETE admin/users/:id': about(biller, ({ id }) => call('DELETE', `admin/users/${id}`), { action: 'USER_DEACTIVATED', before: active, after: out }),
    'POST admin/users/:id/erase': about(biller, ({ id }) => call('POST', `admin/users/${id}/erase`), {
      action: 'USER_ERASED',
      ...{ before: { status: 'active', erased: false, memberships: [{ role_key: 'BILLER' }] } },
      ...{ after: { ...out, erased: true, memberships: [] }, personal: null },
    }),
    'POST admin/users/:id/reset-password': about(biller, ({ id }) => call('POST', `admin/users/${id}/reset-password`, { delivery: 'email' }), {
      action: 'USER_PASSWORD_RESET',
      ...{ before: null, after: { delivery: 'email' } },
    }),
    'POST admin/users/:id/resend-invitation': about(
      () => stage.people.user([], { provisioning: { delivery: 'invite' } }),
      ({ id }) => call('POST', `admin/users/${id}/resend-invitation`),
      { action: 'USER_INVITATION_RESENT' },
    ),
    'POST admin/users/:id/revoke-sessions': about(biller, ({ id }) => call('POST', `admin/users/${id}/revoke-sessions`), {
      action: 'USER_SESSIONS_REVOKED',
    }),
    'POST admin/users/:id/identity/sync': about(biller, ({ id }) => call('POST', `admin/users/${id}/identity/sync`), { action: 'USER_IDENTITY_SYNCED' }),
    'POST admin/users/approve': about(
      pending,
      ({ id }) => call('POST', 'admin/users/approve', { user_id: id, role: 'patient', organisation_id: stage.org, membership_role_key: 'READONLY' }),
      {
        action: 'USER_APPROVED',
        ...{ before: { ...waiting, user_type: 'user', memberships: [] } },
        ...{ after: { ...active, user_type: 'patient', memberships: [{ role_key: 'READONLY' }] } },
      },
    ),
    'POST admin/users/bulk-approve': about(pending, ({ id }) => call('POST', 'admin/users/bulk-approve', { user_ids: [id], role: 'user' }), {
      action: 'USER_APPROVED',
      ...{ before: waiting, after: active },
    }),
    'PUT admin/users/:id/role': about(biller, ({ id }) => call('PUT', `admin/users/${id}/role`, { role: 'clinician' }), {
      action: 'USER_TYPE_CHANGED',
      ...{ before: { user_type: 'user' }, after: { user_type: 'clinician' } },
    }),
    'POST admin/users/:id/revoke': about(biller, ({ id }) => call('POST', `admin/users/${id}/revoke`), { action: 'USER_REVOKED', before: active, after: waiting }),
    'POST admin/users/:id/impersonation': about(biller, ({ id }) => impersonate(stage.app, id), {
      action: 'IMPERSONATION_STARTED',
      ...{ before: null, after: { impersonation_id: expect.any(String) }, personal: { before: null, after: { reason: 'Ticket 4711' } } },
    }),
    'DELETE admin/users/:id/impersonation': about(
      async () => {
        const person = await biller();
        await impersonate(stage.app, person.id);
        return person;
      },
      ({ id }) => call('DELETE', `admin/users/${id}/impersonation`),
      { action: 'IMPERSONATION_ENDED', before: null, after: { impersonation_id: expect.any(String) } },
    ),
    'POST admin/users/:userId/memberships': about(
      () => stage.people.user(),
      ({ id }) => call('POST', `admin/users/${id}/memberships`, { organisation_id: stage.org, role_key: 'BILLER', product_ids: ['claims'] }),
      { action: 'MEMBERSHIP_ADDED', before: null, after: { role_key: 'BILLER', product_ids: ['claims'] } },
    ),
    'PATCH admin/users/:userId/memberships/:membershipId': about(
      biller,
      async (person) => call('PATCH', `admin/users/${person.id}/memberships/${await membershipOf(person)}`, { role_key: 'READONLY' }),
      { action: 'MEMBERSHIP_UPDATED', before: { role_key: 'BILLER' }, after: { role_key: 'READONLY' } },
    ),
    'DELETE admin/users/:userId/memberships/:membershipId': about(
      async () => stage.people.user([{ organisation_id: stage.org, role_key: 'BILLER' }, { organisation_id: stage.org, role_key: 'READONLY' }]),
      async (person) => {
        const { memberships } = await stage.people.view(person.id);
        const gone = memberships.find(({ role }: { role: { key: string } }) => role.key === 'BILLER');
        return call('DELETE', `admin/users/${person.id}/memberships/${gone.membership_id}`);
      },
      { action: 'MEMBERSHIP_REMOVED', before: { role_key: 'BILLER' }, after: null },
    ),
    'POST admin/users/:userId/memberships/:membershipId/products': about(
      biller,
      async (person) => call('POST', `admin/users/${person.id}/memberships/${await membershipOf(person)}/products`, { product_id: 'derm' }),
      { action: 'PRODUCT_GRANTED', before: { product_ids: ['claims'] }, after: { product_ids: ['claims', 'derm'] } },
    ),
    'DELETE admin/users/:userId/memberships/:membershipId/products/:productId': about(
      biller,
      async (person) => call('DELETE', `admin/users/${person.id}/memberships/${await membershipOf(person)}/products/claims`),
      { action: 'PRODUCT_REVOKED', before: { product_ids: ['claims'] }, after: { product_ids: [] } },
    ),
    'POST admin/roles': async () => {
      const role = { key: unique('role'), name: 'One', organisation_id: stage.org, permissions: ['claims:read'] };
      const answer = await call('POST', 'admin/roles', role);
      const after = { key: role.key, name: 'One', permissions: ['claims:read'] };
      return { answer, expected: { action: 'ROLE_CREATED', target: answer.body.id, before: null, after } };
    },
    'PATCH admin/roles/:id': async () => {
      const id = await stage.people.role(stage.org, ['claims:read']);
      const answer = await call('PATCH', `admin/roles/${id}`, { name: 'Other', permissions: ['claims:read', 'claims:write'] });
      const before = { name: 'Custom', permissions: ['claims:read'] };
      return { answer, expected: { action: 'ROLE_UPDATED', target: id, before, after: { name: 'Other', permissions: ['claims:read', 'claims:write'] } } };
    },
    'DELETE admin/roles/:id': async () => {
      const id = await stage.people.role(stage.org, ['claims:read']);
      const answer = await call('DELETE', `admin/roles/${id}`);
      return { answer, expected: { action: 'ROLE_DELETED', target: id, before: { permissions: ['claims:read'] }, after: null } };
    },
    'POST admin/products': async () => {
      const id = unique('product');
      const answer = await call('POST', 'admin/products', { id, name: 'Product' });
      return { answer, expected: { action: 'PRODUCT_CREATED', target: id, before: null, after: { key: id, name: 'Product' } } };
    },
    'PATCH admin/products/:id': async () => {
      const id = unique('product');
      await call('POST', 'admin/products', { id, name: 'Product' });
      const answer = await call('PATCH', `admin/products/${id}`, { name: 'Renamed' });
      return { answer, expected: { action: 'PRODUCT_UPDATED', target: id, before: { name: 'Product' }, after: { name: 'Renamed' } } };
    },
    'POST admin/organisations': async () => {
      const id = unique('org');
      const answer = await call('POST', 'admin/organisations', { id, name: 'Clinic' });
      return { answer, expected: { action: 'ORGANISATION_CREATED', target: id, before: null, after: { name: 'Clinic' } } };
    },
    'PATCH admin/organisations/:id': async () => {
      const id = await stage.people.organisation();
      const answer = await call('PATCH', `admin/organisations/${id}`, { name: 'Clinic' });
      return { answer, expected: { action: 'ORGANISATION_UPDATED', target: id, before: { name: `Name of ${id}` }, after: { name: 'Clinic' } } };
    },
    'POST permissions/register': async () => {
      const permission = `audit:${unique('p').replaceAll('-', '_')}`;
      const answer = await call('POST', 'permissions/register', { permission, service_id: 'test', description: 'Words' });
      const after = { [permission]: { service_id: 'test', description: 'Words' } };
      return { answer, expected: { action: 'PERMISSIONS_REGISTERED', target: permission, before: null, after } };
    },
    'POST admin/users/import': async () => {
      const answer = await stage.app.request('POST', 'admin/users/import?dry_run=true', {
        token: await stage.app.token(ADMIN),
        raw: csvOf('somebody@example.com,Somebody,user,,,,'),
        headers: { 'content-type': 'text/csv' },
      });
      const after = { dry_run: true, rows: 1, delivery: 'invite' };
      return { answer, expected: { action: 'IMPORT_STARTED', target: answer.body.import_id, before: null, after } };
    },
    'POST admin/imports/:id/cancel': async () => {
      const data = { id: unique('import'), isDryRun: false, delivery: 'none', createdBy: stage.tenantAdmin.id, state: 'receiving', createdAt: new Date() };
      await prismaOf(stage.app).import.create({ data: { ...data, leaseId: 'x', leasedUntil: new Date(Date.now() + 60_000) } });
      const answer = await call('POST', `admin/imports/${data.id}/cancel`);
      return { answer, expected: { action: 'IMPORT_CANCELLED', target: data.id } };
    },
    'POST admin/webhooks': async () => {
      const webhook = { url: 'https://hooks.example.com/', types: ['users.erased'], description: 'Ours' };
      const answer = await call('POST', 'admin/webhooks', webhook);
      return { answer, expected: { action: 'WEBHOOK_CREATED', target: answer.body.id, before: null, after: { ...webhook, state: 'enabled' } } };
    },
    'PATCH admin/webhooks/:id': async () => {
      const id = await newWebhook();
      const answer = await call('PATCH', `admin/webhooks/${id}`, { types: ['users.created'], enabled: false, description: '' });
      const [before, after] = [{ types: ['users.erased'], state: 'enabled' }, { types: ['users.created'], state: 'disabled' }];
      return { answer, expected: { action: 'WEBHOOK_UPDATED', target: id, before, after } };
    },
    'DELETE admin/webhooks/:id': async () => {
      const id = await newWebhook();
      const answer = await call('DELETE', `admin/webhooks/${id}`);
      return { answer, expected: { action: 'WEBHOOK_DELETED', target: id, before: { types: ['users.erased'] }, after: null } };
    },
    'POST admin/webhooks/:id/rotate-secret': async () => {
      const id = await newWebhook();
      const answer = await call('POST', `admin/webhooks/${id}/rotate-secret`);
      const rotation = { before: { secret_generation: 1 }, after: { secret_generation: 2 } };
      return { answer, expected: { action: 'WEBHOOK_SECRET_ROTATED', target: id, ...rotation } };
    },
    'POST admin/webhooks/:id/deliveries/:deliveryId/redeliver': async () => {
      const id = await newWebhook();
      const event = await until(() => prismaOf(stage.app).outboxEvent.findFirst({ where: { sequence: { not: null } } }), (found) => found !== null);
      const sent = { webhookId: id, sequence: event!.sequence!, eventId: event!.id, state: 'delivered', firstAttemptAt: new Date(), lastAttemptAt: new Date() };
      await prismaOf(stage.app).webhookDelivery.create({ data: sent });
      const answer = await call('POST', `admin/webhooks/${id}/deliveries/${event!.id}/redeliver`);
      return { answer, expected: { action: 'WEBHOOK_REDELIVERED', target: id, before: null, after: { event_id: event!.id } } };
    },
    'POST admin/identity/drift/scan': async () => {
      const answer = await call('POST', 'admin/identity/drift/scan');
      await new DriftDesk(stage.app, call).waitForScan(String(answer.body.scan_id));
      return { answer, expected: { action: 'DRIFT_SCAN_STARTED', target: 'mock', after: { run_id: answer.body.scan_id } } };
    },
    'POST admin/identity/drift/repair': async () => {
      const answer = await call('POST', 'admin/identity/drift/repair', { direction: 'push', kind: 'email_differs' });
      const path = `admin/identity/drift/repairs/${String(answer.body.repair_id)}`;
      await until(async () => (await call('GET', path)).body.state as string, (state) => state !== 'running');
      return { answer, expected: { action: 'DRIFT_REPAIR_STARTED', target: 'mock', after: { direction: 'push', kind: 'email_differs' } } };
    },
  };
}
