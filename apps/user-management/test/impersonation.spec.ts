import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAdmin, contextOf, createOrganisation, createPerson, createPersonWithoutSubject, range, unique, type Person } from './arrange.js';
import { changesBetween, dumpDatabase, dumpTables } from './database-dump.js';
import { EventRecorder } from './event-recorder.js';
import { expectEnded, impersonate, tokenFor, whoIs } from './impersonating.js';
import { ADMIN, expectInvalid, expectRefused, prismaOf } from './people.js';
import { TestApp, type Answer } from './test-app.js';
import { engine } from './test-database.js';

/** PGlite lives inside one process: there is no second replica of it. */
const hasReplicas = engine !== 'pglite';

describe('impersonation', () => {
  let app: TestApp;
  let replicas: TestApp[];
  let adminId: string;
  let biller: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    replicas = [app];
    if (hasReplicas) replicas.push(await TestApp.start({ PUBLIC_URL: app.url }, app.database));
    adminId = await app.idOf(ADMIN);
    biller = await createPerson(app, [{ organisation_id: 'texas', role_key: 'BILLER', product_ids: ['claims'] }]);
  });
  afterAll(async () => {
    for (const replica of [...replicas].reverse()) await replica.stop();
  });

  const end = (userId: string, who = ADMIN): Promise<Answer> => app.as(who, 'DELETE', `admin/users/${userId}/impersonation`);
  const createAdmin = () => createPerson(app, [], { user_type: 'admin' });
  const running = (userId: string) => prismaOf(app).impersonation.count({ where: { userId, endedAt: null } });

  it('lets a platform admin act as a user, on every replica, with what the user holds and nothing more', async () => {
    const { status, body } = await impersonate(app, biller.id);
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ impersonation_id: expect.any(String), user_id: biller.id, access_token: expect.any(String), token_type: 'Bearer' },
      ...{ expires_in: 900, expires_at: expect.stringMatching(/Z$/) },
    });
    expect(Date.parse(body.expires_at) - Date.now()).toBeLessThanOrEqual(901_000);
    const token = String(body.access_token);
    for (const replica of replicas) {
      const own = await replica.request('GET', 'users/me/context', { token });
      expect(own.body).toEqual(await contextOf(app, biller.id));
      expect((await replica.request('GET', `users/${biller.id}/contact`, { token })).status).toBe(200);
      for (const path of ['admin/users', `admin/users/${biller.id}`, `users/${adminId}/contact`]) {
        expectRefused(await replica.request('GET', path, { token }), 'access.denied');
      }
    }
    expect(await whoIs(await app.token(biller.email), ...replicas)).toEqual(replicas.map(() => biller.id));
  });

  it('ends at once on every replica, whoever began it, and repeating that changes nothing', async () => {
    const other = await createAdmin();
    const tokens = [await tokenFor(app, biller.id), await tokenFor(app, biller.id, other.email)];
    for (const token of tokens) expect(await whoIs(token, ...replicas)).toEqual(replicas.map(() => biller.id));
    expect((await end(biller.id)).status).toBe(204);
    for (const token of tokens) await expectEnded(token, ...replicas);
    const before = await dumpDatabase(app);
    expect((await end(biller.id)).status).toBe(204);
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
    expect(await whoIs(await app.token(biller.email), app)).toEqual([biller.id]);
  });

  it('is one at a time of an admin and a user: another token ends the former, and nobody else’s', async () => {
    const [other, second] = [await createPerson(app), await createAdmin()];
    const [former, ofOther, ofSecond] = [await tokenFor(app, biller.id), await tokenFor(app, other.id), await tokenFor(app, biller.id, second.email)];
    const next = await tokenFor(app, biller.id);
    await expectEnded(former, ...replicas);
    expect(await whoIs(next, app)).toEqual([biller.id]);
    expect(await whoIs(ofOther, app)).toEqual([other.id]);
    expect(await whoIs(ofSecond, app)).toEqual([biller.id]);
    await Promise.all(range(8).map(() => impersonate(replicas.at(-1)!, biller.id, second.email)));
    expect(await prismaOf(app).impersonation.count({ where: { userId: biller.id, adminUserId: second.id, endedAt: null } })).toBe(1);
  });

  it('is over after 15 minutes, by the clock of the database', async () => {
    const token = await tokenFor(app, biller.id);
    const [row] = await prismaOf(app).impersonation.findMany({ where: { userId: biller.id, adminUserId: adminId, endedAt: null } });
    expect(row!.expiresAt.getTime() - row!.startedAt.getTime()).toBe(900_000);
    await prismaOf(app).impersonation.update({ where: { id: row!.id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
    await expectEnded(token, ...replicas);
  });

  it('tells of its beginning and its end, with a higher version of the user each time, and of nothing else', async () => {
    const recorder = new EventRecorder(app);
    const person = await createPerson(app);
    const versions = [(await contextOf(app, person.id)).version];
    const events = await recorder.during(async () => {
      for (const change of [() => impersonate(app, person.id), () => impersonate(app, person.id), () => end(person.id), () => end(person.id)]) {
        await change();
        await recorder.settle();
        versions.push((await contextOf(app, person.id)).version);
      }
    });
    const payloads = events.map((event) => (event.type === 'users.updated' ? event.payload : null));
    expect(events.map(({ type, user_id }, index) => [type, user_id, payloads[index]?.reason])).toEqual(
      ['started', 'ended', 'started', 'ended'].map((what) => ['users.updated', person.id, `impersonation ${what}`]),
    );
    const [first, , second] = payloads.map((payload) => payload?.impersonation_id);
    expect(payloads).toEqual([first, first, second, second].map((id) => expect.objectContaining({ fields: [], impersonation_id: id })));
    expect(events.map(({ version }) => version)).toEqual([versions[1], versions[2], versions[2], versions[3]]);
    expect(new Set(versions.slice(0, 4)).size).toBe(4);
    expect(versions[4]).toBe(versions[3]);
    for (const { actor } of events) expect(actor).toEqual({ type: 'user', id: adminId });
  });

  describe('is refused', () => {
    it.each([undefined, null, '', '   ', 1, 'x'.repeat(501), 'line\nline', 'bell\u0007', 'half \ud800'])('without a reason that can be read: %j', async (reason) => {
      expectInvalid(await app.as(ADMIN, 'POST', `admin/users/${biller.id}/impersonation`, { reason }), 'reason');
    });

    it('of a platform admin, whatever their state, of oneself, of who is not active, of who has no account, and of nobody', async () => {
      const before = await prismaOf(app).impersonation.count();
      const [admin, suspended] = [await createAdmin(), await createAdmin()];
      await asAdmin(app, 'PATCH', `admin/users/${suspended.id}`, { status: 'suspended' });
      expectRefused(await impersonate(app, admin.id), 'impersonation.platform_admin');
      expectRefused(await impersonate(app, suspended.id), 'impersonation.platform_admin');
      expectRefused(await impersonate(app, adminId), 'user.self_change');
      for (const email of ['pending@example.com', 'suspended@example.com', 'deactivated@example.com']) {
        expectRefused(await impersonate(app, await app.idOf(email)), 'impersonation.user_not_active');
      }
      expectRefused(await impersonate(app, (await createPersonWithoutSubject(app)).id), 'identity.not_provisioned');
      expectRefused(await impersonate(app, 'nobody'), 'user.not_found');
      expectRefused(await end('nobody'), 'user.not_found');
      expect(await prismaOf(app).impersonation.count()).toBe(before);
    });

    it('to everybody but platform admins, and to whoever acts as somebody', async () => {
      const organisation = await createOrganisation(app);
      const tenantAdmin = await createPerson(app, [{ organisation_id: organisation, role_key: 'TENANT_ADMIN' }]);
      const member = await createPerson(app, [{ organisation_id: organisation, role_key: 'READONLY' }]);
      const acting = await tokenFor(app, tenantAdmin.id);
      const tokens = [await app.token(tenantAdmin.email), await app.token('service:context:read'), acting];
      for (const token of tokens) {
        for (const method of ['POST', 'DELETE']) {
          const json = method === 'POST' ? { reason: 'Chained' } : undefined;
          expectRefused(await app.request(method, `admin/users/${member.id}/impersonation`, { token, json }), 'access.denied');
        }
      }
      expect((await app.request('GET', 'admin/users', { token: acting })).body.total).toBe(2);
    });
  });

  describe('is over for good when', () => {
    type Change = (ids: { admin: string; user: string }) => Promise<unknown>;
    const patch = (id: string, status: string) => asAdmin(app, 'PATCH', `admin/users/${id}`, { status });
    const retype = (id: string, role: string) => asAdmin(app, 'PUT', `admin/users/${id}/role`, { role });
    const CHANGES: [what: string, change: Change, undo: Change][] = [
      ['the admin is demoted', ({ admin }) => retype(admin, 'user'), ({ admin }) => retype(admin, 'admin')],
      ['the admin is suspended', ({ admin }) => patch(admin, 'suspended'), ({ admin }) => patch(admin, 'active')],
      ['the admin is deactivated', ({ admin }) => asAdmin(app, 'DELETE', `admin/users/${admin}`), ({ admin }) => patch(admin, 'active')],
      ['the user is suspended', ({ user }) => patch(user, 'suspended'), ({ user }) => patch(user, 'active')],
      ['the user is deactivated', ({ user }) => patch(user, 'deactivated'), ({ user }) => patch(user, 'active')],
      ['the user is sent back to wait', ({ user }) => asAdmin(app, 'POST', `admin/users/${user}/revoke`), ({ user }) => retype(user, 'user')],
      ['the user becomes a platform admin', ({ user }) => retype(user, 'admin'), ({ user }) => retype(user, 'user')],
    ];

    it.each(CHANGES)('%s', async (_what, change, undo) => {
      const [admin, user] = [await createAdmin(), await createPerson(app)];
      const token = await tokenFor(app, user.id, admin.email);
      expect(await whoIs(token, ...replicas)).toEqual(replicas.map(() => user.id));
      await change({ admin: admin.id, user: user.id });
      await expectEnded(token, ...replicas);
      await undo({ admin: admin.id, user: user.id });
      await expectEnded(token, ...replicas);
    });

    it('the user is erased, and the reason goes with them', async () => {
      const user = await createPerson(app);
      const secret = unique('margaret');
      const { body } = await asAdmin(app, 'POST', `admin/users/${user.id}/impersonation`, { reason: `Call of ${secret}` });
      expect(await dumpTables(app)).toContain(secret);
      await asAdmin(app, 'POST', `admin/users/${user.id}/erase`);
      expect(await dumpTables(app)).not.toContain(secret);
      expect(await running(user.id)).toBe(0);
      await expectEnded(String(body.access_token), ...replicas);
    });

    it.each([
      ['admin', { status: 'suspended' }, { status: 'active' }],
      ['admin', { userType: 'user' }, { userType: 'admin' }],
      ['admin', { externalId: 'somebody-else' }, null],
      ['user', { status: 'pending' }, { status: 'active' }],
      ['user', { userType: 'admin' }, { userType: 'user' }],
      ['user', { externalId: 'somebody-else' }, null],
    ] as const)('whatever wrote it: what the %s is stands in the database at each request, %j', async (whose, change, undo) => {
      const people = { admin: await createAdmin(), user: await createPerson(app) };
      const token = await tokenFor(app, people.user.id, people.admin.email);
      const where = { id: people[whose].id };
      const { externalId } = await prismaOf(app).user.findUniqueOrThrow({ where });
      await prismaOf(app).user.update({ where, data: change });
      await expectEnded(token, ...replicas);
      await prismaOf(app).user.update({ where, data: undo ?? { externalId } });
      expect(await whoIs(token, app)).toEqual([people.user.id]);
    });
  });

  it('is never left behind by an admin who is demoted while it begins', async () => {
    for (const round of range(5)) {
      const [admin, user] = [await createAdmin(), await createPerson(app)];
      await app.token(admin.email);
      const [started] = await Promise.all([
        impersonate(replicas.at(-1)!, user.id, admin.email),
        asAdmin(app, 'PATCH', `admin/users/${admin.id}`, { status: round % 2 === 0 ? 'suspended' : 'deactivated' }),
      ]);
      expect([201, 403]).toContain(started.status);
      expect(await running(user.id)).toBe(0);
    }
  });
});
