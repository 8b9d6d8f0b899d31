import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ADMIN, expectRefused, People, prismaOf, type Person } from './people.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';

describe('what memberships may not become', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let foreignOrg: string;
  let tenantAdmin: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    [org, foreignOrg] = [await people.organisation(), await people.organisation()];
    tenantAdmin = await people.member(org, 'TENANT_ADMIN');
  });
  afterAll(() => app.stop());

  const membershipOf = async ({ id }: Person): Promise<string> => String((await people.view(id)).memberships[0].membership_id);
  const call = (method: string, path: string, body?: unknown, who = ADMIN): Promise<Answer> => app.as(who, method, `admin/users/${path}`, body);
  const soon = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  async function expectUnchanged(users: Person[], request: () => Promise<Answer>, check: (answer: Answer) => void): Promise<void> {
    const read = () => Promise.all(users.map(async ({ id }) => [await people.view(id), await people.context(id)]));
    const before = await read();
    check(await request());
    expect(await read()).toEqual(before);
  }

  describe('swapped parents and children', () => {
    const everyWay: [name: string, request: (path: string, who: string) => Promise<Answer>][] = [
      ['PATCH', (path, who) => call('PATCH', path, { role_key: 'BILLER' }, who)],
      ['PATCH of the end', (path, who) => call('PATCH', path, { expires_at: soon(60) }, who)],
      ['DELETE', (path, who) => call('DELETE', path, undefined, who)],
      ['POST products', (path, who) => call('POST', `${path}/products`, { product_id: 'derm' }, who)],
      ['DELETE products', (path, who) => call('DELETE', `${path}/products/claims`, undefined, who)],
    ];

    it.each(everyWay)('%s finds no membership of another user, and touches neither', async (_, request) => {
      const [one, other] = [await people.member(org, 'READONLY', 'claims'), await people.member(org, 'READONLY', 'claims')];
      for (const who of [ADMIN, tenantAdmin.email]) {
        const path = `${one.id}/memberships/${await membershipOf(other)}`;
        await expectUnchanged([one, other], () => request(path, who), (answer) => expectRefused(answer, 'membership.not_found'));
      }
      await expectUnchanged([one], () => request(`${one.id}/memberships/${one.id}`, ADMIN), (answer) => expectRefused(answer, 'membership.not_found'));
      const unknown = `no-such-user/memberships/${await membershipOf(other)}`;
      await expectUnchanged([other], () => request(unknown, ADMIN), (answer) => expectRefused(answer, 'user.not_found'));
    });

    it.each(everyWay)('%s finds no membership of another organisation, not even of a shared user', async (_, request) => {
      const shared = await people.user([{ organisation_id: foreignOrg, role_key: 'READONLY', product_ids: ['claims'] }]);
      const foreign = await membershipOf(shared);
      await people.admin('POST', `admin/users/${shared.id}/memberships`, { organisation_id: org, role_key: 'READONLY' });
      const path = `${shared.id}/memberships/${foreign}`;
      await expectUnchanged([shared], () => request(path, tenantAdmin.email), (answer) => expectRefused(answer, 'membership.not_found'));
    });

    it('DELETE products finds no product of another membership of the same user', async () => {
      const person = await people.member(org, 'READONLY', 'claims');
      const { body } = await call('POST', `${person.id}/memberships`, { organisation_id: org, role_key: 'BILLER', product_ids: ['derm'] });
      const path = `${person.id}/memberships/${body.membership_id}/products/claims`;
      await expectUnchanged([person], () => call('DELETE', path), (answer) => expectRefused(answer, 'product_access.not_found'));
    });
  });

  it('nobody changes or removes their own', async () => {
    const { body } = await call('POST', `${tenantAdmin.id}/memberships`, { organisation_id: org, role_key: 'READONLY' });
    for (const membershipId of [await membershipOf(tenantAdmin), String(body.membership_id)]) {
      const path = `${tenantAdmin.id}/memberships/${membershipId}`;
      for (const request of [
        () => call('PATCH', path, { role_key: 'BILLER' }, tenantAdmin.email),
        () => call('PATCH', path, { expires_at: soon(60) }, tenantAdmin.email),
        () => call('DELETE', path, undefined, tenantAdmin.email),
      ]) {
        await expectUnchanged([tenantAdmin], request, (answer) => expectRefused(answer, 'user.self_change'));
      }
    }
  });

  it('nobody demotes or removes who holds more there than they do', async () => {
    const strong = await people.user([
      { organisation_id: org, role_id: await people.role(org, ['cases:write']) },
      { organisation_id: org, role_key: 'READONLY' },
    ]);
    const { memberships } = await people.view(strong.id);
    const { membership_id: id } = memberships.find((one: { role: { key: string } }) => one.role.key !== 'READONLY');
    for (const request of [
      () => call('PATCH', `${strong.id}/memberships/${id}`, { role_key: 'BILLER' }, tenantAdmin.email),
      () => call('PATCH', `${strong.id}/memberships/${id}`, { expires_at: soon(60) }, tenantAdmin.email),
      () => call('DELETE', `${strong.id}/memberships/${id}`, undefined, tenantAdmin.email),
    ]) {
      await expectUnchanged([strong], request, (answer) => expectRefused(answer, 'user.outranks_actor'));
    }
  });

  describe('the last tenant admin of an organisation', () => {
    let own: string;
    let last: Person;
    let membershipId: string;
    beforeEach(async () => {
      own = await people.organisation();
      last = await people.member(own, 'TENANT_ADMIN');
      membershipId = await membershipOf(last);
      await people.admin('POST', `admin/users/${last.id}/memberships`, { organisation_id: own, role_key: 'BILLER' });
    });

    const endings: [name: string, end: (path: string) => Promise<Answer>][] = [
      ['removed', (path) => call('DELETE', path)],
      ['demoted', (path) => call('PATCH', path, { role_key: 'READONLY' })],
      ['given an end', (path) => call('PATCH', path, { expires_at: soon(3600) })],
      ['demoted and given an end', (path) => call('PATCH', path, { role_key: 'READONLY', expires_at: soon(3600) })],
    ];

    it.each(endings)('can not be %s', async (_, end) => {
      const path = `${last.id}/memberships/${membershipId}`;
      await expectUnchanged([last], () => end(path), (answer) => expectRefused(answer, 'membership.last_tenant_admin'));
      expect((await call('PATCH', path, { role_key: 'TENANT_ADMIN', expires_at: null })).status).toBe(200);
    });

    it.each(endings)('can be %s once there is another, who then is the last', async (_, end) => {
      const other = await people.member(own, 'TENANT_ADMIN');
      expect((await end(`${last.id}/memberships/${membershipId}`)).status).toBeLessThan(300);
      await people.admin('POST', `admin/users/${other.id}/memberships`, { organisation_id: own, role_key: 'BILLER' });
      const path = `${other.id}/memberships/${await membershipOf(other)}`;
      await expectUnchanged([other], () => end(path), (answer) => expectRefused(answer, 'membership.last_tenant_admin'));
    });

    it('does not count one of another organisation, a suspended one, or one with an end', async () => {
      await people.member(org, 'TENANT_ADMIN');
      const suspended = await people.member(own, 'TENANT_ADMIN');
      await people.admin('PATCH', `admin/users/${suspended.id}`, { status: 'suspended' });
      const temporary = await people.user();
      await people.admin('POST', `admin/users/${temporary.id}/memberships`, { organisation_id: own, role_key: 'TENANT_ADMIN', expires_at: soon(3600) });
      for (const [, end] of endings) expectRefused(await end(`${last.id}/memberships/${membershipId}`), 'membership.last_tenant_admin');
    });

    it('stays when the last two are demoted at once', async () => {
      const other = await people.member(own, 'TENANT_ADMIN');
      const paths = [`${last.id}/memberships/${membershipId}`, `${other.id}/memberships/${await membershipOf(other)}`];
      const answers = await Promise.all(paths.map((path) => call('PATCH', path, { role_key: 'READONLY' })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body.code).toBe('membership.last_tenant_admin');
    });
  });

  describe('an expired membership', () => {
    let person: Person;
    let expiring: string;
    beforeEach(async () => {
      person = await people.member(foreignOrg, 'READONLY');
      const body = { organisation_id: org, role_key: 'TENANT_ADMIN', product_ids: ['derm'], expires_at: soon(3600) };
      expiring = String((await people.admin('POST', `admin/users/${person.id}/memberships`, body)).body.membership_id);
    });
    const expire = async () => {
      await prismaOf(app).orgMembership.update({ where: { id: expiring }, data: { expiresAt: new Date(Date.now() - 1000) } });
    };
    const organisationsOf = (context: { memberships: { organisation_id: string }[] }) => context.memberships.map((one) => one.organisation_id);

    it('gives nothing any more: not in any context, and not to who holds it', async () => {
      const before = await people.context(person.id);
      expect(organisationsOf(before).sort()).toEqual([org, foreignOrg].sort());
      expect((await app.as(person.email, 'GET', `admin/users/${tenantAdmin.id}`)).status).toBe(200);
      await expire();
      const after = await people.context(person.id);
      expect(organisationsOf(after)).toEqual([foreignOrg]);
      expect(after.version).toBe(before.version + 1);
      expect((await app.as(person.email, 'GET', 'users/me/context')).body).toEqual(after);
      const batch = await app.as('service', 'POST', 'users/contexts', { user_ids: [person.id] });
      expect(batch.body.items).toEqual([{ user_id: person.id, context: after }]);
      expectRefused(await app.as(person.email, 'GET', `admin/users/${tenantAdmin.id}`), 'access.denied');
    });

    it('ends at its moment without anybody writing, with a version of its own', async () => {
      const path = `${person.id}/memberships/${expiring}`;
      expect((await call('PATCH', path, { expires_at: soon(3) })).status).toBe(200);
      const before = await people.context(person.id);
      expect(organisationsOf(before)).toContain(org);
      const etag = `"${before.version}"`;
      const after = await until(() => people.context(person.id), (context) => organisationsOf(context).length === 1);
      expect(after.version).toBeGreaterThan(before.version);
      const answer = await app.as('service', 'GET', `users/${person.id}/context`, undefined, { 'if-none-match': etag });
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: after });
    });

    it('comes back when its end is taken away, and the version only rises', async () => {
      const before = await people.context(person.id);
      await expire();
      const expired = await people.context(person.id);
      await people.admin('PATCH', `admin/users/${person.id}/memberships/${expiring}`, { expires_at: null });
      const back = await people.context(person.id);
      expect(organisationsOf(back).sort()).toEqual([org, foreignOrg].sort());
      expect([expired.version > before.version, back.version > expired.version]).toEqual([true, true]);
    });

    it('can be removed, and the version rises again', async () => {
      await expire();
      const expired = await people.context(person.id);
      expect((await call('DELETE', `${person.id}/memberships/${expiring}`)).status).toBe(204);
      const after = await people.context(person.id);
      expect(organisationsOf(after)).toEqual([foreignOrg]);
      expect(after.version).toBeGreaterThan(expired.version);
    });
  });
});
