import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectRefused, People, prismaOf, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine } from './test-database.js';

const SOON_MS = 1_500;
const soon = () => new Date(Date.now() + SOON_MS).toISOString();

describe('a membership with an end', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    org = await people.organisation();
  });
  afterAll(() => app.stop());

  const eventsOf = async (userId: string) =>
    (await prismaOf(app).outboxEvent.findMany({ where: { userId }, orderBy: { position: 'asc' } })).map(({ type, payload, actorType }) => ({
      type,
      actorType,
      payload: JSON.parse(payload),
    }));
  const endsOf = async (userId: string) => (await eventsOf(userId)).filter(({ type, payload }) => type === 'users.membership.removed' && payload.reason === 'expired');
  const claimsOf = async (userId: string) => JSON.parse((await prismaOf(app).mockAccount.findFirstOrThrow({ where: { userId } })).claims ?? '{}');
  const settled = async (userId: string) => until(() => prismaOf(app).identityJob.count({ where: { userId } }), (jobs) => jobs === 0);

  async function temporary(): Promise<Person & { path: string; membershipId: string }> {
    const person = await people.member(org, 'READONLY');
    const json = { organisation_id: org, role_key: 'TENANT_ADMIN', product_ids: ['claims'], expires_at: soon() };
    const { body } = await people.admin('POST', `admin/users/${person.id}/memberships`, json);
    return { ...person, membershipId: body.membership_id, path: `admin/users/${person.id}/memberships/${body.membership_id}` };
  }

  it('gives nothing from that moment on; siblings and the provider hear of it once', async () => {
    const person = await temporary();
    expect((await app.as(person.email, 'GET', 'admin/users')).status).toBe(200);
    await settled(person.id);
    expect(await claimsOf(person.id)).toMatchObject({ roles: ['READONLY', 'TENANT_ADMIN'] });
    const { version } = await people.context(person.id);
    await sleep(SOON_MS);
    expectRefused(await app.as(person.email, 'GET', 'admin/users'), 'access.denied');
    const [told] = await until(() => endsOf(person.id), (ends) => ends.length > 0);
    expect(told).toEqual({
      type: 'users.membership.removed',
      actorType: 'system',
      payload: { membership_id: person.membershipId, role: 'TENANT_ADMIN', reason: 'expired' },
    });
    await settled(person.id);
    expect(await claimsOf(person.id)).toMatchObject({ roles: ['READONLY'] });
    expect((await people.context(person.id)).version).toBeGreaterThan(version);
    await sleep(2_500);
    expect(await endsOf(person.id)).toHaveLength(1);
  });

  it('comes back whole when it is given another end, and ends again', async () => {
    const person = await temporary();
    await until(() => endsOf(person.id), (ends) => ends.length === 1);
    await people.admin('PATCH', person.path, { expires_at: soon() });
    expect((await app.as(person.email, 'GET', 'admin/users')).status).toBe(200);
    expect((await eventsOf(person.id)).slice(-2)).toMatchObject([
      { type: 'users.membership.added', payload: { membership_id: person.membershipId, role: 'TENANT_ADMIN', product_ids: ['claims'] } },
      { type: 'users.product.granted', payload: { membership_id: person.membershipId, product_id: 'claims' } },
    ]);
    await until(() => endsOf(person.id), (ends) => ends.length === 2);
    expectRefused(await app.as(person.email, 'GET', 'admin/users'), 'access.denied');
  });

  it('that lasts longer before its time has come ends nothing', async () => {
    const person = await temporary();
    await people.admin('PATCH', person.path, { expires_at: null });
    await sleep(SOON_MS + 2_000);
    expect(await endsOf(person.id)).toEqual([]);
    expect((await app.as(person.email, 'GET', 'admin/users')).status).toBe(200);
  });
});

// The embedded database belongs to one process; replicas need a server.
(engine === 'pglite' ? describe.skip : describe)('memberships that end at once, on two replicas', () => {
  it('are told of once each', async () => {
    const database = await createTestDatabase();
    const replicas = [await TestApp.start({}, database), await TestApp.start({}, database)];
    try {
      const [one] = replicas as [TestApp, TestApp];
      const people = new People(one);
      const org = await people.organisation();
      for (let count = 0; count < 30; count += 1) await people.member(org, 'READONLY');
      await prismaOf(one).orgMembership.updateMany({ where: { organisationId: org }, data: { expiresAt: new Date(Date.now() - 1_000) } });
      await until(() => prismaOf(one).orgMembership.count({ where: { organisationId: org, endedAt: null } }), (left) => left === 0);
      const ends = await prismaOf(one).outboxEvent.findMany({ where: { type: 'users.membership.removed', organisationId: org } });
      expect(ends).toHaveLength(30);
      expect(new Set(ends.map(({ userId }) => userId)).size).toBe(30);
    } finally {
      for (const replica of replicas) await replica.stop();
      await database.drop();
    }
  });
});
