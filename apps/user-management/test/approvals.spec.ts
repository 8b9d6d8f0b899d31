import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectInvalid, expectRefused, ADMIN, People, prismaOf, unique, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';
import { engine } from './test-database.js';

describe('approvals', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let tenantAdmin: string;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    org = await people.organisation();
    tenantAdmin = (await people.member(org, 'TENANT_ADMIN')).email;
  });
  afterAll(() => app.stop());

  /** Somebody who came by themselves. */
  async function newcomer(): Promise<Person> {
    const email = `${unique('newcomer')}@example.com`;
    const { body } = await app.as(email, 'GET', 'users/me');
    expect(body).toMatchObject({ email, status: 'pending' });
    return { id: String(body.id), email };
  }
  const approve = (json: Record<string, unknown>, who = ADMIN) => app.as(who, 'POST', 'admin/users/approve', json);
  const bulk = (json: Record<string, unknown>, who = ADMIN) => app.as(who, 'POST', 'admin/users/bulk-approve', json);
  const setType = (id: string, role: string, who = ADMIN, headers?: Record<string, string>) => app.as(who, 'PUT', `admin/users/${id}/role`, { role }, headers);
  const revoke = (id: string, who = ADMIN) => app.as(who, 'POST', `admin/users/${id}/revoke`);
  const reads = (email: string, path = 'users/me/context'): Promise<Answer> => app.as(email, 'GET', path);
  const typesOf = async (userId: string) =>
    (await prismaOf(app).outboxEvent.findMany({ where: { userId }, orderBy: { position: 'asc' } })).map(({ type, payload }) => ({ type, payload: JSON.parse(payload) }));

  describe('of one user', () => {
    it('let them in at once, as what was said, with the membership that was said', async () => {
      const { id, email } = await newcomer();
      expectRefused(await app.as(email, 'PATCH', 'users/me', { display_name: 'Early' }), 'user.not_active');
      const { status, body, headers } = await approve({ user_id: id, role: 'patient', organisation_id: org, membership_role_key: 'READONLY' });
      expect(status).toBe(200);
      expect(headers.get('etag')).toMatch(/^"/);
      expect(body).toMatchObject({ id, status: 'active', user_type: 'patient', memberships: [{ organisation_id: org, role: { key: 'READONLY' } }] });
      expect((await app.as(email, 'PATCH', 'users/me', { display_name: 'Now' })).status).toBe(200);
      const events = await typesOf(id);
      expect(events[1]).toEqual({ type: 'users.approved', payload: { from: 'pending', to: 'active', from_type: 'user', to_type: 'patient' } });
      expect(events[2]).toMatchObject({ type: 'users.membership.added' });
    });

    it('reach the account at the identity provider', async () => {
      const { id, email } = await newcomer();
      await approve({ user_id: id, role: 'clinician', organisation_id: org, membership_role_key: 'BILLER' });
      await until(() => prismaOf(app).identityJob.count({ where: { userId: id } }), (jobs) => jobs === 0);
      const { claims, userId } = await prismaOf(app).mockAccount.findFirstOrThrow({ where: { email } });
      // Made by the person, and ours from the approval on.
      expect(userId).toBe(id);
      expect(JSON.parse(claims ?? '{}')).toEqual({ user_type: 'clinician', status: 'active', roles: ['BILLER'], organisations: [org] });
    });

    it('can make a platform admin', async () => {
      const { id, email } = await newcomer();
      await approve({ user_id: id, role: 'admin' });
      expect((await reads(email)).body).toMatchObject({ is_platform_admin: true });
      await setType(id, 'user');
    });

    it('are for those who wait, and half a membership is none', async () => {
      const active = await people.member(org, 'READONLY');
      expectRefused(await approve({ user_id: active.id, role: 'user' }), 'user.not_pending');
      expectRefused(await approve({ user_id: 'nobody', role: 'user' }), 'user.not_found');
      const { id } = await newcomer();
      expectInvalid(await approve({ user_id: id, role: 'owner' }), 'role');
      expectInvalid(await approve({ user_id: id, role: 'user', organisation_id: org }), 'membership_role_key');
      expectInvalid(await approve({ user_id: id, role: 'user', membership_role_key: 'BILLER' }), 'membership_role_key');
      expectRefused(await approve({ user_id: id, role: 'user', organisation_id: 'nowhere', membership_role_key: 'BILLER' }), 'organisation.not_found');
      expectRefused(await approve({ user_id: id, role: 'user', organisation_id: org, membership_role_key: 'NOTHING' }), 'role.not_found');
      // Nothing is half done.
      expect(await people.view(id)).toMatchObject({ status: 'pending', user_type: 'user', memberships: [] });
      expect((await typesOf(id)).map(({ type }) => type)).toEqual(['users.created']);
    });

    it('are no business of an organisation that the person has nothing to do with', async () => {
      const { id } = await newcomer();
      expectRefused(await approve({ user_id: id, role: 'user', organisation_id: org, membership_role_key: 'READONLY' }, tenantAdmin), 'user.not_found');
      expect((await app.as(tenantAdmin, 'GET', 'admin/users/pending')).body.items.map((item: Person) => item.id)).not.toContain(id);
      expect(await people.view(id)).toMatchObject({ status: 'pending' });
    });
  });

  describe('of many', () => {
    it('answer for each, and one who can not be approved holds nobody up', async () => {
      const [one, two] = [await newcomer(), await newcomer()];
      const active = await people.member(org, 'READONLY');
      const { status, body } = await bulk({ user_ids: [one.id, 'nobody', active.id, two.id, one.id], role: 'user', organisation_id: org, membership_role_key: 'BILLER' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ approved: 2, failed: 2 });
      expect(body.items).toEqual([
        { user_id: one.id, approved: true, error: null },
        { user_id: 'nobody', approved: false, error: 'user.not_found' },
        { user_id: active.id, approved: false, error: 'user.not_pending' },
        { user_id: two.id, approved: true, error: null },
      ]);
      for (const { email } of [one, two]) expect((await reads(email)).body).toMatchObject({ status: 'active', memberships: [{ organisation_id: org }] });
    });

    it('take whoever has waited longest first, until nobody waits', async () => {
      const newest = await newcomer();
      const { body: queue } = await app.as(ADMIN, 'GET', 'admin/users/pending?limit=100');
      expect(queue.items.at(-1).id).toBe(newest.id);
      expect(queue.items.map(({ created_at: at }: { created_at: string }) => at)).toEqual(queue.items.map(({ created_at: at }: { created_at: string }) => at).sort());
      const { body: page } = await app.as(ADMIN, 'GET', 'admin/users/pending?limit=1');
      const { body: next } = await app.as(ADMIN, 'GET', `admin/users/pending?limit=1&cursor=${encodeURIComponent(page.next_cursor)}`);
      expect([page.items[0].id, next.items[0].id]).toEqual(queue.items.slice(0, 2).map(({ id }: Person) => id));
      expect((await app.as(ADMIN, 'GET', `admin/users/pending?search=${newest.email}`)).body).toMatchObject({ total: 1, items: [{ id: newest.id }] });
      const { body } = await bulk({ all: true, role: 'user' });
      expect(body).toMatchObject({ approved: queue.total, failed: 0, pending: 0 });
      expect((await app.as(ADMIN, 'GET', 'admin/users/pending')).body).toMatchObject({ items: [], total: 0 });
    });

    it('mean those whom the caller may let in, not those whom they may only see', async () => {
      const elsewhere = await people.organisation();
      const writes = { organisation_id: org, role_id: await people.role(org, ['admin:users:write']) };
      const reads = { organisation_id: elsewhere, role_id: await people.role(elsewhere, ['admin:users:read']) };
      const approver = await people.user([writes, reads]);
      const sendBack = async (organisation_id: string) => {
        const { id } = await people.user([{ organisation_id, role_id: await people.role(organisation_id, []) }]);
        expect((await revoke(id)).status).toBe(200);
        return id;
      };
      const [theirs, seen] = [await sendBack(org), await sendBack(elsewhere)];
      const { body } = await bulk({ all: true, role: 'user' }, approver.email);
      expect(body).toEqual({ items: [{ user_id: theirs, approved: true, error: null }], approved: 1, failed: 0, pending: 0 });
      expect((await people.view(seen)).status).toBe('pending');
    });

    it('name somebody, or all, and not both', async () => {
      expectInvalid(await bulk({ role: 'user' }), 'user_ids');
      expectInvalid(await bulk({ role: 'user', all: true, user_ids: ['x'] }), 'user_ids');
      expectInvalid(await bulk({ role: 'user', all: false }), 'all');
      expectInvalid(await bulk({ role: 'user', user_ids: [] }), 'user_ids');
      expectInvalid(await bulk({ role: 'user', user_ids: Array.from({ length: 101 }, (_, index) => `u${index}`) }), 'user_ids');
    });
  });

  describe('another type', () => {
    it('replaces what the former one gave, and lets a pending person in', async () => {
      const { id, email } = await newcomer();
      expect((await setType(id, 'clinician')).body).toMatchObject({ status: 'active', user_type: 'clinician' });
      const { body: before } = await reads(email);
      expect(before.permissions).toContain('cases:read');
      expect((await setType(id, 'user')).body).toMatchObject({ status: 'active', user_type: 'user' });
      const { body: after } = await reads(email);
      expect(after.permissions).not.toContain('cases:read');
      expect(after.version).toBeGreaterThan(before.version);
      expect((await typesOf(id)).slice(1)).toEqual([
        { type: 'users.approved', payload: { from: 'pending', to: 'active', from_type: 'user', to_type: 'clinician' } },
        { type: 'users.updated', payload: { fields: ['user_type'], from_type: 'clinician', to_type: 'user' } },
      ]);
    });

    it('that is the same changes nothing; a stale tag is refused; a suspended person stays out', async () => {
      const person = await people.member(org, 'READONLY');
      const { headers } = await people.admin('GET', `admin/users/${person.id}`);
      const tag = { 'if-match': headers.get('etag') ?? '' };
      expect((await setType(person.id, 'user', ADMIN, tag)).headers.get('etag')).toBe(tag['if-match']);
      expect((await setType(person.id, 'patient', ADMIN, tag)).status).toBe(200);
      expectRefused(await setType(person.id, 'user', ADMIN, tag), 'precondition.failed');
      await people.admin('PATCH', `admin/users/${person.id}`, { status: 'suspended' });
      expect((await setType(person.id, 'user')).body).toMatchObject({ status: 'suspended', user_type: 'user' });
    });

    it('is given by those who hold what it gives: platform admins by platform admins', async () => {
      const person = await people.member(org, 'READONLY');
      expectRefused(await setType(person.id, 'admin', tenantAdmin), 'user.type_forbidden');
      expectRefused(await setType(person.id, 'clinician', tenantAdmin), 'role.exceeds_actor');
      const stranger = await people.member(await people.organisation(), 'READONLY');
      expectRefused(await setType(stranger.id, 'patient', tenantAdmin), 'user.not_found');
      const both = await people.user([{ organisation_id: org, role_key: 'READONLY' }, { organisation_id: await people.organisation(), role_key: 'BILLER' }]);
      expectRefused(await setType(both.id, 'patient', tenantAdmin), 'user.outranks_actor');
    });

    it('is not for oneself', async () => {
      expectRefused(await setType(await app.idOf(ADMIN), 'user'), 'user.self_change');
    });
  });

  describe('revoked', () => {
    it('end all access at once, and leave everything for whoever approves again', async () => {
      const person = await people.member(org, 'BILLER', 'claims');
      const token = await app.token(person.email);
      expect((await app.request('PATCH', 'users/me', { token, json: { display_name: 'In' } })).status).toBe(200);
      expect((await revoke(person.id)).body).toMatchObject({ status: 'pending', memberships: [{ organisation_id: org }] });
      expectRefused(await app.request('PATCH', 'users/me', { token, json: { display_name: 'Out' } }), 'user.not_active');
      expect((await reads(person.email)).body).toMatchObject({ status: 'pending', permissions: [], memberships: [{ permissions: [], products: [] }] });
      const tag = (await people.admin('GET', `admin/users/${person.id}`)).headers.get('etag');
      expect((await revoke(person.id)).headers.get('etag')).toBe(tag);
      expect((await approve({ user_id: person.id, role: 'user' })).body).toMatchObject({ status: 'active' });
      expect((await reads(person.email)).body.memberships[0].products).toHaveLength(1);
      expect((await typesOf(person.id)).slice(-2)).toEqual([
        { type: 'users.updated', payload: { fields: ['status'], from: 'active', to: 'pending' } },
        { type: 'users.approved', payload: { from: 'pending', to: 'active', from_type: 'user', to_type: 'user' } },
      ]);
    });

    it('end sessions at the provider, which blocks nobody for it', async () => {
      const person = await people.member(org, 'BILLER');
      await app.token(person.email);
      await revoke(person.id);
      await until(() => prismaOf(app).identityJob.count({ where: { userId: person.id } }), (jobs) => jobs === 0);
      const account = await prismaOf(app).mockAccount.findFirstOrThrow({ where: { userId: person.id } });
      expect(account.blocked).toBe(false);
      expect(JSON.parse(account.claims ?? '{}')).toMatchObject({ status: 'pending' });
    });

    it('are within reach of an organisation whose member the person is, and approved there again by those who hold it all', async () => {
      const person = await people.member(org, 'READONLY');
      expect((await revoke(person.id, tenantAdmin)).status).toBe(200);
      expect((await app.as(tenantAdmin, 'GET', 'admin/users/pending')).body.items.map(({ id }: Person) => id)).toContain(person.id);
      expect((await approve({ user_id: person.id, role: 'user' }, tenantAdmin)).body).toMatchObject({ status: 'active' });
      const both = await people.user([{ organisation_id: org, role_key: 'READONLY' }, { organisation_id: await people.organisation(), role_key: 'BILLER' }]);
      await revoke(both.id);
      expectRefused(await approve({ user_id: both.id, role: 'user' }, tenantAdmin), 'user.outranks_actor');
    });

    it('are not oneself, the last tenant administrator, or somebody who is out already', async () => {
      expectRefused(await revoke(await app.idOf(ADMIN)), 'user.self_change');
      expectRefused(await revoke(await app.idOf(tenantAdmin)), 'membership.last_tenant_admin');
      const person = await people.member(org, 'READONLY');
      await people.admin('DELETE', `admin/users/${person.id}`);
      expectRefused(await revoke(person.id), 'user.status_transition');
    });
  });

  it('are for administrators alone', async () => {
    const person = await people.member(org, 'READONLY');
    const other = await newcomer();
    for (const answer of [await approve({ user_id: other.id, role: 'admin' }, person.email), await bulk({ all: true, role: 'user' }, person.email), await setType(other.id, 'user', person.email), await revoke(tenantAdmin, person.email), await reads(person.email, 'admin/users/pending')]) {
      expectRefused(answer, 'access.denied');
    }
  });

  // One connection takes one transaction at a time.
  (engine === 'pglite' ? it.skip : it)('never leave the platform without an admin, however many take it from each other at once', async () => {
    const admins = await Promise.all([1, 2, 3].map(() => newcomer()));
    for (const { id } of admins) await approve({ user_id: id, role: 'admin' });
    const isAdmin = async () => (await prismaOf(app).user.findMany({ where: { userType: 'admin', status: 'active' } })).map(({ email }) => email);
    for (let round = 0; round < 5; round++) {
      const names = await isAdmin();
      const ids = await Promise.all(names.map((email) => app.idOf(email)));
      const answers = await Promise.all(names.map((who, index) => setType(ids[(index + 1) % ids.length] ?? '', 'user', who)));
      for (const { status } of answers) expect([200, 403, 409]).toContain(status);
      const left = await isAdmin();
      expect(left.length).toBeGreaterThan(0);
      for (const id of ids) await setType(id, 'admin', left[0] ?? '');
    }
  });
});

describe('statistics', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
  });
  afterAll(() => app.stop());
  const statsOf = async (who = ADMIN) => (await app.as(who, 'GET', 'admin/stats')).body;

  it('count everybody once, by status, type, organisation and identity', async () => {
    const before = await statsOf();
    const org = await people.organisation();
    await people.user([{ organisation_id: org, role_key: 'BILLER' }, { organisation_id: org, role_key: 'READONLY' }]);
    const ended = await people.member(org, 'READONLY');
    await prismaOf(app).orgMembership.updateMany({ where: { userId: ended.id }, data: { expiresAt: new Date(Date.now() - 60_000) } });
    await app.as(`${unique('newcomer')}@example.com`, 'GET', 'users/me');
    const after = await until(() => statsOf(), ({ identity }) => identity.pending === 0);
    expect(after.users.total).toBe(before.users.total + 3);
    expect(after.users.by_status).toEqual({ ...before.users.by_status, active: before.users.by_status.active + 2, pending: before.users.by_status.pending + 1 });
    expect(after.users.by_type).toEqual({ ...before.users.by_type, user: before.users.by_type.user + 3 });
    expect(after.pending).toBe(before.pending + 1);
    expect(after.organisations).toContainEqual({ organisation_id: org, name: `Name of ${org}`, users: 1 });
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);
    for (const counts of [after.users.by_status, after.users.by_type, after.identity]) expect(sum(counts)).toBe(after.users.total);
    const rows = await prismaOf(app).user.count();
    expect(after.users.total).toBe(rows);
  });

  it('show an organisation’s administrator what is theirs, and others nothing', async () => {
    const org = await people.organisation();
    const admin = await people.member(org, 'TENANT_ADMIN');
    await people.user([{ organisation_id: org, role_key: 'BILLER' }, { organisation_id: await people.organisation(), role_key: 'BILLER' }]);
    expect(await statsOf(admin.email)).toMatchObject({
      users: { total: 2, by_status: { active: 2, pending: 0, suspended: 0, deactivated: 0 }, by_type: { user: 2, admin: 0 } },
      organisations: [{ organisation_id: org, users: 2 }],
    });
    expectRefused(await app.as((await people.member(org, 'READONLY')).email, 'GET', 'admin/stats'), 'access.denied');
  });

  it('tell who had been added by each of the last months, of whom an administrator may see', async () => {
    const org = await people.organisation();
    const admin = await people.member(org, 'TENANT_ADMIN');
    const former = await people.member(org, 'BILLER');
    await prismaOf(app).user.update({ where: { id: former.id }, data: { createdAt: new Date(Date.now() - 100 * 86_400_000) } });
    const growthOf = async (who: string, query = '') => (await app.as(who, 'GET', `admin/stats/growth${query}`)).body.months as { total: number; by_type: { user: number } }[];
    const months = await growthOf(admin.email);
    expect(months).toHaveLength(12);
    expect([months[0], months.at(-2), months.at(-1)].map((month) => month?.total)).toEqual([0, 1, 2]);
    const all = await growthOf(ADMIN, '?months=2');
    expect(all.map(({ total }) => total).at(-1)).toBe((await statsOf()).users.total);
    expectRefused(await app.as((await people.member(org, 'READONLY')).email, 'GET', 'admin/stats/growth'), 'access.denied');
  });
});
