import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@sa-platform/contracts';
import { EventsService } from '../src/modules/events/events.service.js';
import { Database } from '../src/platform/database/database.js';
import { countEvents, EventRecorder } from './event-recorder.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';

const ADMIN = 'admin@example.com';
const TENANT_ADMIN = 'tenant-admin@example.com';
const KEYS = ['actor', 'id', 'occurred_at', 'organisation_id', 'payload', 'sequence', 'type', 'user_id', 'version'];
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const contentOf = ({ type, user_id, organisation_id, actor, payload }: EventEnvelope) => ({ type, user_id, organisation_id, actor, payload });

describe('events', () => {
  let app: TestApp;
  let recorder: EventRecorder;
  let adminId: string;
  beforeAll(async () => {
    app = await TestApp.start();
    recorder = new EventRecorder(app);
    adminId = await app.idOf(ADMIN);
  });
  afterAll(() => app.stop());

  const asAdmin = (method: string, path: string, ...content: [json?: unknown, headers?: Record<string, string>]) =>
    app.as(ADMIN, method, path, ...content);

  async function succeed(answer: Promise<Answer>): Promise<Answer> {
    const { status, ...rest } = await answer;
    if (status >= 300) throw new Error(`${status} ${rest.text}`);
    return { status, ...rest };
  }

  let people = 0;
  /** Nobody's words could be mistaken for these. */
  const person = () => {
    people += 1;
    return { email: `zyx-mail-${people}@example.com`, display_name: `Zyxname Person ${people}`, phone: `+49 998877${people}` };
  };

  async function createMember(organisation = 'texas', role = 'BILLER', products: string[] = []) {
    const memberships = [{ organisation_id: organisation, role_key: role, product_ids: products }];
    const { body } = await succeed(asAdmin('POST', 'admin/users', { ...person(), user_type: 'user', memberships }));
    return { id: String(body.id), membershipId: String(body.memberships[0].membership_id), path: `admin/users/${String(body.id)}` };
  }

  const versionOf = async (userId: string) => Number((await succeed(asAdmin('GET', `users/${userId}/context`))).body.version);
  const by = (id: string) => ({ type: 'user', id });
  const system = { type: 'system', id: 'user-management' };

  it('have the envelope of the design and nothing else in it', async () => {
    const { id, path } = await createMember();
    const [event, ...others] = await recorder.during(() => succeed(asAdmin('PATCH', path, { display_name: 'Zyxname Else' })));
    expect(others).toEqual([]);
    expect(Object.keys(event!).sort()).toEqual(KEYS);
    expect(event!.id).toMatch(UUID_V7);
    expect(new Date(event!.occurred_at).toISOString()).toBe(event!.occurred_at);
    expect(Number.isSafeInteger(event!.sequence)).toBe(true);
    expect(contentOf(event!)).toEqual({
      type: 'users.updated',
      user_id: id,
      organisation_id: null,
      actor: by(adminId),
      payload: { fields: ['display_name'] },
    });
  });

  it('tell of a new user, each membership, each product and the account at the provider', async () => {
    let body: Answer['body'];
    const events = await recorder.during(async () => {
      const memberships = [{ organisation_id: 'texas', role_key: 'BILLER', product_ids: ['claims'] }];
      ({ body } = await succeed(asAdmin('POST', 'admin/users', { ...person(), user_type: 'user', memberships })));
    });
    const membership_id = body.memberships[0].membership_id;
    const about = { user_id: body.id, organisation_id: 'texas', actor: by(adminId) };
    expect(events.map(contentOf)).toEqual([
      { ...about, type: 'users.created', organisation_id: null, payload: { user_type: 'user', status: 'active' } },
      { ...about, type: 'users.membership.added', payload: { membership_id, role: 'BILLER', product_ids: ['claims'] } },
      { ...about, type: 'users.product.granted', payload: { membership_id, product_id: 'claims' } },
      { ...about, type: 'users.updated', organisation_id: null, actor: system, payload: { fields: ['external_id'] } },
    ]);
  });

  it.each([
    ['suspended', 'users.suspended', 'active'],
    ['active', 'users.reactivated', 'suspended'],
    ['deactivated', 'users.deactivated', 'active'],
  ])('tell of the change of status to %s', async (status, type, from) => {
    const { id, path } = await createMember();
    if (from !== 'active') await succeed(asAdmin('PATCH', path, { status: from }));
    const events = await recorder.during(() => succeed(asAdmin('PATCH', path, { status })));
    expect(events.map(contentOf)).toEqual([
      { type, user_id: id, organisation_id: null, actor: by(adminId), payload: { from, to: status } },
    ]);
  });

  it('tell once of a deactivation that is asked for twice', async () => {
    const { path } = await createMember();
    expect((await recorder.during(() => succeed(asAdmin('DELETE', path)))).map(({ type }) => type)).toEqual(['users.deactivated']);
    expect(await recorder.during(() => succeed(asAdmin('DELETE', path)))).toEqual([]);
  });

  it('tell of a registration that nobody asked for, and of its approval', async () => {
    const { email } = person();
    let id = '';
    const created = await recorder.during(async () => {
      id = await app.idOf(email);
    });
    expect(created.map(contentOf)).toEqual([
      { type: 'users.created', user_id: id, organisation_id: null, actor: system, payload: { user_type: 'user', status: 'pending' } },
    ]);
    const approved = await recorder.during(() => succeed(asAdmin('PATCH', `admin/users/${id}`, { status: 'active' })));
    expect(approved.map(({ type, payload }) => ({ type, payload }))).toEqual([
      { type: 'users.approved', payload: { from: 'pending', to: 'active' } },
    ]);
  });

  it("name the person who changes their own profile, and the profile's fields without values", async () => {
    const id = await app.idOf('biller@example.com');
    const change = { display_name: 'Zyxname Biller', phone: '+49 998877', locale: 'de-DE' };
    const events = await recorder.during(() => succeed(app.as('biller@example.com', 'PATCH', 'users/me', change)));
    expect(events.map(contentOf)).toEqual([
      { type: 'users.updated', user_id: id, organisation_id: null, actor: by(id), payload: { fields: ['display_name', 'locale', 'phone'] } },
    ]);
  });

  it('tell of each change of a membership and its products, in its organisation', async () => {
    const { id, path, membershipId: membership_id } = await createMember('texas', 'BILLER');
    await succeed(asAdmin('POST', `${path}/memberships`, { organisation_id: 'mississippi', role_key: 'READONLY' }));
    const own = `${path}/memberships/${membership_id}`;
    const expiry = '2199-01-01T00:00:00.000Z';
    const events = await recorder.during(async () => {
      await succeed(asAdmin('PATCH', own, { role_key: 'READONLY' }));
      await succeed(asAdmin('PATCH', own, { role_key: 'READONLY' }));
      await succeed(asAdmin('PATCH', own, { expires_at: expiry }));
      await succeed(asAdmin('POST', `${own}/products`, { product_id: 'derm' }));
      await succeed(asAdmin('DELETE', `${own}/products/derm`));
      await succeed(asAdmin('DELETE', own));
    });
    const about = { user_id: id, organisation_id: 'texas', actor: by(adminId) };
    expect(events.map(contentOf)).toEqual([
      { ...about, type: 'users.role.changed', payload: { membership_id, from_role: 'BILLER', to_role: 'READONLY' } },
      { ...about, type: 'users.updated', payload: { membership_id, fields: ['expires_at'] } },
      { ...about, type: 'users.product.granted', payload: { membership_id, product_id: 'derm' } },
      { ...about, type: 'users.product.revoked', payload: { membership_id, product_id: 'derm' } },
      { ...about, type: 'users.membership.removed', payload: { membership_id, role: 'READONLY' } },
    ]);
  });

  it('tell of each product that goes with a membership, and that comes back with it', async () => {
    const { id, path, membershipId: membership_id } = await createMember('texas', 'BILLER', ['claims', 'derm']);
    const own = `${path}/memberships/${membership_id}`;
    const about = { user_id: id, organisation_id: 'texas', actor: by(adminId) };
    await succeed(asAdmin('PATCH', own, { expires_at: new Date(Date.now() + 1_000).toISOString() }));
    await until(() => recorder.seen.some(({ type, user_id }) => type === 'users.membership.removed' && user_id === id), (told) => told);
    const ended = recorder.seen.filter(({ user_id }) => user_id === id).slice(-3);
    const product = (type: string, product_id: string) => ({ ...about, type, payload: { membership_id, product_id } });
    expect(ended.map(contentOf)).toEqual([
      { ...product('users.product.revoked', 'claims'), actor: system },
      { ...product('users.product.revoked', 'derm'), actor: system },
      { ...about, actor: system, type: 'users.membership.removed', payload: { membership_id, role: 'BILLER', reason: 'expired' } },
    ]);
    const back = await recorder.during(() => succeed(asAdmin('PATCH', own, { expires_at: null })));
    expect(back.map(contentOf)).toEqual([
      { ...about, type: 'users.membership.added', payload: { membership_id, role: 'BILLER', product_ids: ['claims', 'derm'] } },
      product('users.product.granted', 'claims'),
      product('users.product.granted', 'derm'),
    ]);
    await succeed(asAdmin('POST', `${path}/memberships`, { organisation_id: 'mississippi', role_key: 'READONLY' }));
    const removed = await recorder.during(() => succeed(asAdmin('DELETE', own)));
    expect(removed.map(contentOf)).toEqual([
      product('users.product.revoked', 'claims'),
      product('users.product.revoked', 'derm'),
      { ...about, type: 'users.membership.removed', payload: { membership_id, role: 'BILLER' } },
    ]);
  });

  it("name the role, its organisation and its new permissions when a role's permissions change", async () => {
    const tenantAdminId = await app.idOf(TENANT_ADMIN);
    const role = { key: 'EVENTS_CUSTOM', name: 'Custom', organisation_id: 'texas', permissions: ['claims:read'] };
    let created: Answer | null = null;
    expect(
      await recorder.during(async () => {
        created = await succeed(app.as(TENANT_ADMIN, 'POST', 'admin/roles', role));
      }),
    ).toEqual([]);
    const roleId = String(created!.body.id);
    const permissions = ['claims:read', 'claims:write'];
    const events = await recorder.during(() => succeed(app.as(TENANT_ADMIN, 'PATCH', `admin/roles/${roleId}`, { permissions })));
    expect(events.map(contentOf)).toEqual([
      {
        type: 'users.permissions.changed',
        user_id: null,
        organisation_id: 'texas',
        actor: by(tenantAdminId),
        payload: { role_id: roleId, role_key: 'EVENTS_CUSTOM', permissions },
      },
    ]);
  });

  it('tell once of permissions that a service registers, and not when they are registered again', async () => {
    const registration = { permission: 'zyx_events:read', service_id: 'zyx', description: 'Read' };
    const register = () => succeed(app.as('service', 'POST', 'permissions/register', registration));
    expect((await recorder.during(register)).map(contentOf)).toEqual([
      {
        type: 'permissions.registered',
        user_id: null,
        organisation_id: null,
        actor: { type: 'service', id: 'example-service' },
        payload: { permissions: ['zyx_events:read'] },
      },
    ]);
    expect(await recorder.during(register)).toEqual([]);
  });

  it('carry a version above every one served before the change, and none that has not been reached', async () => {
    const { id, path, membershipId } = await createMember('texas', 'BILLER', ['claims']);
    const own = `${path}/memberships/${membershipId}`;
    const changes = [
      () => asAdmin('PATCH', path, { phone: null }),
      () => asAdmin('PATCH', own, { role_key: 'READONLY' }),
      () => asAdmin('POST', `${own}/products`, { product_id: 'derm' }),
      () => asAdmin('DELETE', `${own}/products/derm`),
      () => asAdmin('POST', `${path}/memberships`, { organisation_id: 'mississippi', role_key: 'BILLER' }),
      () => asAdmin('DELETE', own),
      () => asAdmin('PATCH', path, { status: 'suspended' }),
      () => asAdmin('PATCH', path, { status: 'active' }),
      () => asAdmin('DELETE', path),
    ];
    for (const change of changes) {
      const before = await versionOf(id);
      const [event] = await recorder.during(() => succeed(change()));
      expect(event!.version).toBeGreaterThan(before);
      expect(event!.version).toBeLessThanOrEqual(await versionOf(id));
    }
  });

  it('are silent about a change that was refused or rolled back', async () => {
    const { id, path, membershipId } = await createMember();
    const own = `${path}/memberships/${membershipId}`;
    const stale = { 'if-match': '"stale"' };
    const roles = (await succeed(asAdmin('GET', 'admin/roles?search=READONLY'))).body.items;
    const later = [{ organisation_id: 'texas', role_key: 'BILLER' }, { organisation_id: 'texas', role_key: 'NO_SUCH_ROLE' }];
    const refused: [string, number, () => Promise<Answer>][] = [
      ['precondition.failed', 412, () => asAdmin('PATCH', path, { display_name: 'Other' }, stale)],
      ['precondition.failed', 412, () => asAdmin('DELETE', path, undefined, stale)],
      ['precondition.failed', 412, () => asAdmin('PATCH', own, { role_key: 'READONLY' }, stale)],
      ['precondition.failed', 412, () => asAdmin('PATCH', `admin/roles/${String(roles[0].id)}`, { description: 'Other' }, stale)],
      ['membership.last', 400, () => asAdmin('DELETE', own)],
      ['membership.exists', 409, () => asAdmin('POST', `${path}/memberships`, { organisation_id: 'texas', role_key: 'BILLER' })],
      ['role.not_found', 404, () => asAdmin('POST', 'admin/users', { ...person(), user_type: 'user', memberships: later })],
      ['user.email_taken', 409, () => asAdmin('POST', 'admin/users', { ...person(), email: ADMIN, user_type: 'user' })],
      ['user.self_change', 403, () => asAdmin('PATCH', `admin/users/${adminId}`, { status: 'suspended' })],
      ['user.type_forbidden', 403, () => app.as(TENANT_ADMIN, 'POST', 'admin/users', { ...person(), user_type: 'admin' })],
      ['access.denied', 403, () => app.as('biller@example.com', 'PATCH', own, { role_key: 'READONLY' })],
    ];
    await recorder.settle();
    const before = await countEvents(app);
    const version = await versionOf(id);
    for (const [code, status, change] of refused) {
      const answer = await change();
      expect({ code: answer.body.code, status: answer.status }).toEqual({ code, status });
    }
    expect(await countEvents(app)).toBe(before);
    expect(await versionOf(id)).toBe(version);
  });

  it('are gone with the transaction that wrote them', async () => {
    const database = app.nest.get(Database);
    const before = await countEvents(app);
    const events = await recorder.during(async () => {
      const work = database.transaction(async () => {
        await app.nest.get(EventsService).record({ type: 'permissions.registered', actor: { type: 'system', id: 'test' }, payload: { permissions: [] } });
        throw new Error('after the event');
      });
      await expect(work).rejects.toThrow('after the event');
    });
    expect(events).toEqual([]);
    expect(await countEvents(app)).toBe(before);
  });

  it('hold no personal data: no e-mail, no name, no telephone number', async () => {
    await recorder.settle();
    const written = JSON.stringify(await app.nest.get(Database).client.outboxEvent.findMany(), (_key, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    );
    expect(people).toBeGreaterThan(5);
    expect(written).not.toMatch(/@|zyx-mail|zyxname|998877|Demo /i);
  });
});
