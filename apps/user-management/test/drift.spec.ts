import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DriftDesk } from './drift-desk.js';
import { ADMIN, expectInvalid, expectRefused, newEmail, People, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';

describe('drift between our database and the identity provider', () => {
  let app: TestApp;
  let people: People;
  let desk: DriftDesk;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    desk = new DriftDesk(app, (method, path, json) => app.as(ADMIN, method, path, json));
  });
  afterAll(() => app.stop());
  beforeEach(() => desk.settle());

  const accounts = () => prismaOf(app).mockAccount;
  const accountOf = (userId: string) => accounts().findUnique({ where: { userId } });
  const change = (userId: string, data: object) => accounts().update({ where: { userId }, data });
  /** An account past our service, as somebody at the provider's console would make it. */
  async function plantStray(more: object = {}): Promise<{ subject: string; email: string }> {
    const email = newEmail();
    const account = { subject: unique('stray'), email, emailCanonical: email, emailVerified: true, sessionsValidFrom: new Date(0) };
    return accounts().create({ data: { ...account, ...more } });
  }
  /** What a new scan says of these users and accounts, and nothing else. */
  async function findOne(subject: string) {
    await desk.scan();
    const found = (await desk.items()).filter(({ user_id: userId, external_id: externalId }) => userId === subject || externalId === subject);
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  it('is none after a day of ordinary work', async () => {
    const user = await people.member('texas', 'BILLER', 'claims');
    await people.admin('PATCH', `admin/users/${user.id}`, { status: 'suspended', display_name: 'Other' });
    await app.as(newEmail(), 'GET', 'users/me');
    await desk.settle();
    const scan = await desk.scan();
    expect(await desk.items()).toEqual([]);
    expect(scan).toMatchObject({ state: 'finished', items_found: 0, error: null });
    expect(scan.accounts_seen).toBe(scan.users_compared);
    expect(scan.users_compared).toBe(await people.count());
    expect(await prismaOf(app).driftSeen.count()).toBe(0);
  });

  it('is found in every kind, each once, with both sides and what may be done', async () => {
    const [gone, blocked, open, moved, relabelled, fine] = await Promise.all(Array.from({ length: 6 }, () => people.member('texas', 'BILLER')));
    await people.admin('PATCH', `admin/users/${open!.id}`, { status: 'suspended' });
    await desk.settle();
    const moving = newEmail();
    await accounts().delete({ where: { userId: gone!.id } });
    await change(blocked!.id, { blocked: true });
    await change(open!.id, { blocked: false });
    await change(moved!.id, { email: moving, emailCanonical: moving, emailVerified: true });
    await change(relabelled!.id, { claims: JSON.stringify({ user_type: 'user', status: 'active', roles: ['TENANT_ADMIN'], organisations: ['texas'] }) });
    const orphan = await plantStray({ userId: unique('nobody') });
    const stranger = await plantStray();
    await plantStray({ blocked: true });
    const scan = await desk.scan();
    const items = await desk.items();
    expect(items).toHaveLength(7);
    expect(scan.items_found).toBe(7);
    const of = (subject: string) => items.find(({ user_id: userId, external_id: externalId }) => userId === subject || externalId === subject);
    const status = { status: 'active' };
    expect(of(gone!.id)).toMatchObject({ kind: 'missing_there', ours: { ...status, email: gone!.email }, theirs: null, allowed_repairs: ['push'], state: 'open' });
    expect(of(blocked!.id)).toMatchObject({ kind: 'blocked_differs', ours: status, theirs: { blocked: true }, allowed_repairs: ['push', 'pull'] });
    expect(of(open!.id)).toMatchObject({ kind: 'blocked_differs', ours: { status: 'suspended' }, theirs: { blocked: false }, allowed_repairs: ['push'] });
    expect(of(moved!.id)).toMatchObject({ kind: 'email_differs', ours: { email: moved!.email }, theirs: { email: moving, is_adoptable: true }, allowed_repairs: ['push', 'pull'] });
    expect(of(relabelled!.id)).toMatchObject({
      kind: 'claims_differ',
      ours: { claims: { roles: ['BILLER'] } },
      theirs: { claims: { roles: ['TENANT_ADMIN'] } },
      allowed_repairs: ['push'],
    });
    expect(of(orphan.subject)).toMatchObject({ kind: 'missing_here', user_id: null, ours: null, theirs: { is_marked: true, email: orphan.email }, allowed_repairs: ['push'] });
    expect(of(stranger.subject)).toMatchObject({ kind: 'missing_here', user_id: null, theirs: { is_marked: false }, allowed_repairs: ['push', 'pull'] });
    expect(of(fine!.id)).toBeUndefined();
    expect(await desk.items('&kind=missing_here')).toHaveLength(2);
    expect(await desk.items('&state=repaired')).toEqual([]);

    expect(await desk.repairAll('push')).toMatchObject({ state: 'finished', repaired: 7, gone: 0, refused: 0 });
    await desk.settle();
    expect(await accounts().findUnique({ where: { subject: orphan.subject } })).toBeNull();
    expect(await accounts().findUnique({ where: { subject: stranger.subject } })).toMatchObject({ blocked: true });
    const made = await people.view(gone!.id);
    expect(made).toMatchObject({ external_id: (await accountOf(gone!.id))?.subject, identity: { state: 'synced' } });
    expect([await accountOf(blocked!.id), await accountOf(open!.id)].map((account) => account?.blocked)).toEqual([false, true]);
    expect((await accountOf(moved!.id))?.email).toBe(moved!.email);
    await desk.scan();
    expect(await desk.items()).toEqual([]);
  });

  it('is repaired one by one, in the direction that was asked for', async () => {
    const [blocked, moved] = [await people.user(), await people.user()];
    await desk.settle();
    const moving = `Moved.${newEmail()}`;
    await change(blocked.id, { blocked: true });
    await change(moved.id, { email: moving, emailCanonical: moving.toLowerCase(), emailVerified: true });
    const stranger = await plantStray({ displayName: 'Stranger' });
    await desk.scan();
    const items = await desk.items();
    for (const item of items) expect((await desk.repair(item.id, 'pull')).body).toMatchObject({ id: item.id, state: 'repaired', error: null });
    await desk.settle();
    expect(await people.view(blocked.id)).toMatchObject({ status: 'suspended' });
    const told = (await people.admin('GET', `admin/audit?action=DRIFT_REPAIRED&target_id=${blocked.id}`)).body.items;
    expect(told).toMatchObject([{ actor: { type: 'user' }, before: { status: 'active' }, after: { status: 'suspended', discrepancy: 'blocked_differs', direction: 'pull' } }]);
    expect(await people.countEvents(blocked.id, 'users.suspended')).toBe(1);
    expect(await people.view(moved.id)).toMatchObject({ email: moving });
    expect((await people.admin('GET', `admin/users?search=${moving.toLowerCase()}`)).body.total).toBe(1);
    expect((await accountOf(moved.id))?.emailVerified).toBe(true);
    const { body } = await people.admin('GET', `users/by-external-id/${stranger.subject}`);
    expect(body).toMatchObject({ status: 'pending', email: stranger.email, display_name: 'Stranger' });
    expect(await desk.scan()).toMatchObject({ items_found: 0 });
  });

  it('stays as it is where the direction would give somebody access', async () => {
    const user = await people.user();
    await people.admin('PATCH', `admin/users/${user.id}`, { status: 'suspended' });
    await desk.settle();
    await change(user.id, { blocked: false });
    const item = await findOne(user.id);
    expectRefused(await desk.repair(item.id, 'pull'), 'drift.direction_forbidden');
    expect(await people.view(user.id)).toMatchObject({ status: 'suspended' });
    expect((await desk.repair(item.id, 'push')).body).toMatchObject({ state: 'repaired', allowed_repairs: [] });
    expect((await accountOf(user.id))?.blocked).toBe(true);
  });

  it('never has a platform admin suspend themselves', async () => {
    const id = await app.idOf(ADMIN);
    await accounts().update({ where: { emailCanonical: ADMIN }, data: { blocked: true } });
    const item = await findOne(id);
    expectRefused(await desk.repair(item.id, 'pull'), 'user.self_change');
    expect(await desk.repairAll('pull')).toMatchObject({ repaired: 0, refused: 1 });
    expect((await desk.items())[0]).toMatchObject({ state: 'open', error: 'user.self_change' });
    expect((await desk.repair(item.id, 'push')).body).toMatchObject({ state: 'repaired' });
    expect(await people.view(id)).toMatchObject({ status: 'active' });
  });

  it('is gone when it has ended by itself, and repairing it changes nothing', async () => {
    const user = await people.user();
    await desk.settle();
    await change(user.id, { blocked: true });
    const item = await findOne(user.id);
    await change(user.id, { blocked: false });
    expect((await desk.repair(item.id, 'pull')).body).toMatchObject({ state: 'gone' });
    expect(await people.view(user.id)).toMatchObject({ status: 'active' });
    expect((await desk.repair(item.id, 'push')).body).toMatchObject({ state: 'gone' });
  });

  it('is not what the queue is about to repair, but is what it gave up', async () => {
    const user = await people.user();
    await desk.settle();
    await change(user.id, { blocked: true });
    const job = { userId: user.id, kind: 'sync', priority: 1, delivery: 'none', emailVerified: false, onFailure: 'queue' };
    await prismaOf(app).identityJob.create({ data: { ...job, state: 'due', runAt: new Date(Date.now() + 3_600_000) } });
    await desk.scan();
    expect(await desk.items()).toEqual([]);
    await prismaOf(app).identityJob.update({ where: { userId: user.id }, data: { state: 'failed' } });
    const item = await findOne(user.id);
    expect((await desk.repair(item.id, 'push')).body).toMatchObject({ state: 'repaired' });
    expect((await accountOf(user.id))?.blocked).toBe(false);
  });

  it('says why the provider would not have it', async () => {
    const user = await people.user();
    await desk.settle();
    await accounts().delete({ where: { userId: user.id } });
    await plantStray({ email: user.email, emailCanonical: user.email });
    const item = await findOne(user.id);
    expect((await desk.repair(item.id, 'push')).body).toMatchObject({ state: 'open', error: 'identity.conflict' });
    await accounts().deleteMany({ where: { emailCanonical: user.email } });
    expect((await desk.repair(item.id, 'push')).body).toMatchObject({ state: 'repaired', error: null });
    expect((await accountOf(user.id))?.email).toBe(user.email);
  });

  it('leaves an account that was made and never linked to its user', async () => {
    const user = await people.user();
    await desk.settle();
    await prismaOf(app).user.update({ where: { id: user.id }, data: { externalId: null } });
    const item = await findOne(user.id);
    expect(item).toMatchObject({ kind: 'missing_there', theirs: { is_marked: true } });
    await desk.repair(item.id, 'push');
    await desk.settle();
    expect(await people.view(user.id)).toMatchObject({ external_id: (await accountOf(user.id))?.subject });
  });

  it('deletes a second account of a user and leaves the first', async () => {
    const user = await people.user();
    await desk.settle();
    const first = await accountOf(user.id);
    const second = await plantStray();
    await change(user.id, { userId: null });
    await accounts().update({ where: { subject: second.subject }, data: { userId: user.id } });
    const item = await findOne(second.subject);
    expect(item).toMatchObject({ kind: 'missing_here', theirs: { is_marked: true } });
    await desk.repair(item.id, 'push');
    expect(await accounts().findUnique({ where: { subject: second.subject } })).toBeNull();
    expect(await people.view(user.id)).toMatchObject({ external_id: first!.subject });
  });

  it('is nobody’s business but a platform admin’s', async () => {
    for (const [method, path] of [['GET', 'status'], ['GET', 'roles'], ['GET', 'drift'], ['POST', 'drift/scan'], ['POST', 'drift/repair']] as const) {
      expectRefused(await app.as('tenant-admin@example.com', method, `admin/identity/${path}`, method === 'POST' ? {} : undefined), 'access.denied');
    }
  });

  it('is compared by one scan at a time, and the refusal names it', async () => {
    const id = unique('run');
    const now = new Date();
    const lease = { leaseId: 'somebody', leasedUntil: new Date(now.getTime() + 3_600_000) };
    const run = { id, kind: 'scan', state: 'running', slot: 'run', phase: 'accounts', actorId: 'x', runAt: now, startedAt: now };
    await prismaOf(app).driftRun.create({ data: { ...run, ...lease } });
    const refused = await app.as(ADMIN, 'POST', 'admin/identity/drift/scan', undefined, { 'idempotency-key': unique('key') });
    await prismaOf(app).driftRun.delete({ where: { id } });
    expectRefused(refused, 'drift.running');
    expect(refused.body.detail).toContain(id);
    expect(await desk.scan()).toMatchObject({ state: 'finished' });
  });

  it('knows no scan, repair or discrepancy of another name', async () => {
    expectRefused(await app.as(ADMIN, 'GET', 'admin/identity/drift/scans/none'), 'drift.scan_not_found');
    expectRefused(await app.as(ADMIN, 'GET', 'admin/identity/drift/repairs/none'), 'drift.repair_not_found');
    expectRefused(await app.as(ADMIN, 'GET', 'admin/identity/drift?scan_id=none'), 'drift.scan_not_found');
    expectRefused(await desk.repair('none', 'push'), 'drift.item_not_found');
    expectInvalid(await app.as(ADMIN, 'POST', 'admin/identity/drift/none/repair', { direction: 'up' }), 'direction');
    expectInvalid(await app.as(ADMIN, 'GET', 'admin/identity/drift?kind=other'), 'kind');
  });

  it('waits while the provider is away and goes on when it is back', async () => {
    const prisma = prismaOf(app);
    await prisma.$executeRawUnsafe('ALTER TABLE mock_accounts RENAME TO mock_accounts_away');
    const both = await Promise.all([1, 2].map(() => app.as(ADMIN, 'POST', 'admin/identity/drift/scan')));
    const id = String(both.find((answer) => answer.status === 202)?.body.scan_id);
    const waiting = await until(async () => (await desk.ask('GET', `admin/identity/drift/scans/${id}`)).body, ({ error }) => error !== null);
    const status = await app.as(ADMIN, 'GET', 'admin/identity/status');
    await prisma.$executeRawUnsafe('ALTER TABLE mock_accounts_away RENAME TO mock_accounts');
    expect(both.map((answer) => answer.status).sort()).toEqual([202, 409]);
    expect(waiting).toMatchObject({ state: 'running', error: 'unavailable' });
    expect(status.body.health).toMatchObject({ state: 'unhealthy', error: 'unavailable' });
    expect(await desk.waitForScan(id)).toMatchObject({ state: 'finished', error: null, items_found: 0 });
  });
});

describe('GET /admin/identity/status', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('tells the provider, its health, what waits and the last scan', async () => {
    const desk = new DriftDesk(app, (method, path, json) => app.as(ADMIN, method, path, json));
    await desk.settle();
    const runAt = new Date(Date.now() + 3_600_000);
    const job = { kind: 'remove', delivery: 'none', emailVerified: false, onFailure: 'queue', runAt };
    await prismaOf(app).identityJob.createMany({
      data: [
        { ...job, userId: 'a', state: 'due', priority: 0, createdAt: new Date('2020-01-01T00:00:00Z') },
        { ...job, userId: 'b', state: 'due', priority: 2 },
        { ...job, userId: 'c', state: 'failed', priority: 0, createdAt: new Date('2019-01-01T00:00:00Z') },
      ],
    });
    const { body } = await app.as(ADMIN, 'GET', 'admin/identity/status');
    expect(body).toMatchObject({
      provider: 'mock',
      capabilities: { lists: 'strong', password_change: 'native', roles: 'claims' },
      health: { state: 'healthy', error: null },
      queue: { due: 2, failed: 1, revocations: 1, oldest_at: '2020-01-01T00:00:00.000Z' },
      last_scan: null,
    });
    const again = await app.as(ADMIN, 'GET', 'admin/identity/status');
    expect(again.body.health.checked_at).toBe(body.health.checked_at);
    const metrics = await app.request('GET', '/metrics');
    expect(metrics.text).toContain('identity_queue_jobs{state="due",priority="revocation"} 1');
    expect(metrics.text).toContain('identity_queue_jobs{state="due",priority="change"} 0');
    expect(metrics.text).toContain('identity_queue_jobs{state="failed",priority="revocation"} 1');
    const scan = await desk.scan();
    expect((await app.as(ADMIN, 'GET', 'admin/identity/status')).body.last_scan).toEqual(scan);
    expect((await app.as(ADMIN, 'GET', 'admin/identity/roles')).body.roles).toContain('BILLER');
  });
});
