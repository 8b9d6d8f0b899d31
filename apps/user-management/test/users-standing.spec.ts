import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '@sa-platform/contracts';
import { BASE_PATH } from '../src/app.setup.js';
import { changesBetween, dumpDatabase, untilInStep } from './database-dump.js';
import { ADMIN, expectInvalid, expectRefused, People, type Person } from './people.js';
import { listHandlers } from './service-routes.js';
import { TestApp } from './test-app.js';
import { refusalOf, send, TOUCHES } from './touches.js';

describe('who may touch whom', () => {
  let app: TestApp;
  let people: People;
  let org: string;
  let foreignOrg: string;
  let actor: Person;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
    [org, foreignOrg] = [await people.organisation(), await people.organisation()];
    actor = await people.member(org, 'TENANT_ADMIN');
  });
  afterAll(() => app.stop());

  async function expectUntouched(target: Person, code: ErrorCode, who = actor.email): Promise<void> {
    await app.token(who);
    await untilInStep(app);
    const before = await dumpDatabase(app);
    const { status, body } = await app.as(who, 'GET', `admin/users/${target.id}/authority`);
    expect(status === 200 ? body.may_change : body.code).toBe(code === 'user.outranks_actor' ? false : code);
    for (const touch of TOUCHES) {
      const answer = await send(app, who, touch, target.id);
      expect({ touch: touch.name, code: refusalOf(answer) }).toEqual({ touch: touch.name, code });
      if (answer.status !== 200) expectRefused(answer, code);
      for (const secret of ['temporary_password', target.email]) expect(answer.text).not.toContain(secret);
    }
    expect(changesBetween(before, await dumpDatabase(app))).toEqual([]);
  }

  it('every route that touches one user is tried here', () => {
    const touching = listHandlers(app).filter(
      ({ route, access }) =>
        access.rules.some(({ name }) => name === 'permission admin:users:write') && /^(?!GET ).*\/admin\/users\/(:id|[\w-]*approve)(\/|$)/.test(route),
    );
    const routes = touching.map(({ route }) => route.replace(`/${BASE_PATH}/`, ''));
    expect(routes.sort()).toEqual([...new Set(TOUCHES.map(({ route }) => route))].sort());
  });

  it.each(TOUCHES.map((touch) => [touch.name, touch] as const))('a tenant admin touches %s of members who hold no more than they do', async (_, touch) => {
    const peer = await people.user([{ organisation_id: org, role_key: 'TENANT_ADMIN' }]);
    if (touch.of === 'pending') await people.admin('POST', `admin/users/${peer.id}/revoke`);
    expect((await app.as(actor.email, 'GET', `admin/users/${peer.id}/authority`)).body).toEqual({ user_id: peer.id, is_erased: false, may_change: true, may_export: true });
    const answer = await send(app, actor.email, touch, peer.id);
    expect({ status: answer.status, refusal: refusalOf(answer) }).toEqual({ status: answer.status === 204 ? 204 : 200, refusal: null });
  });

  it('nobody at all changes an e-mail: no route takes one', async () => {
    const target = await people.member(org, 'READONLY');
    for (const who of [actor.email, ADMIN]) {
      expectInvalid(await app.as(who, 'PATCH', `admin/users/${target.id}`, { email: 'taken@example.com' }), 'email');
    }
  });

  it('somebody of another organisation does not exist for them, as nobody does', async () => {
    await expectUntouched(await people.member(foreignOrg, 'READONLY'), 'user.not_found');
    await expectUntouched(await people.user([], { user_type: 'patient' }), 'user.not_found');
    await expectUntouched({ id: 'no-such-user', email: 'no-such-user@example.com' }, 'user.not_found');
  });

  it('a platform admin who is also a member is out of their reach', async () => {
    const target = await people.user([{ organisation_id: org, role_key: 'READONLY' }], { user_type: 'admin' });
    await expectUntouched(target, 'user.outranks_actor');
    await people.admin('PATCH', `admin/users/${target.id}`, { status: 'suspended' });
    await expectUntouched(target, 'user.outranks_actor');
  });

  it('somebody shared with another organisation is out of their reach, whatever they hold there', async () => {
    const target = await people.user([
      { organisation_id: org, role_key: 'READONLY' },
      { organisation_id: foreignOrg, role_key: 'READONLY' },
    ]);
    await expectUntouched(target, 'user.outranks_actor');
    await people.admin('PATCH', `admin/users/${target.id}`, { status: 'deactivated' });
    await expectUntouched(target, 'user.outranks_actor');
  });

  it('somebody is who belongs also to an organisation where they administer, but hold less', async () => {
    const both = await people.user([
      { organisation_id: org, role_key: 'TENANT_ADMIN' },
      { organisation_id: foreignOrg, role_id: await people.role(foreignOrg, ['admin:users:write', 'claims:read']) },
    ]);
    const target = await people.user([
      { organisation_id: org, role_key: 'READONLY' },
      { organisation_id: foreignOrg, role_key: 'BILLER' },
    ]);
    await expectUntouched(target, 'user.outranks_actor', both.email);
  });

  it('somebody who waits for approval is, by what they will hold again', async () => {
    const target = await people.user([{ organisation_id: org, role_id: await people.role(org, ['cases:write']) }]);
    await people.admin('POST', `admin/users/${target.id}/revoke`);
    await expectUntouched(target, 'user.outranks_actor');
  });

  it('a clinician is: the type role holds on the whole platform', async () => {
    await expectUntouched(await people.user([{ organisation_id: org, role_key: 'READONLY' }], { user_type: 'clinician' }), 'user.outranks_actor');
  });

  it('somebody with one permission more in the same organisation is', async () => {
    const roleId = await people.role(org, ['claims:read', 'cases:write']);
    await expectUntouched(await people.user([{ organisation_id: org, role_id: roleId }]), 'user.outranks_actor');
  });

  it('who administers two organisations reaches those shared between them', async () => {
    const both = await people.user([
      { organisation_id: org, role_key: 'TENANT_ADMIN' },
      { organisation_id: foreignOrg, role_key: 'TENANT_ADMIN' },
    ]);
    const target = await people.user([
      { organisation_id: org, role_key: 'BILLER' },
      { organisation_id: foreignOrg, role_key: 'READONLY' },
    ]);
    expect((await app.as(both.email, 'PATCH', `admin/users/${target.id}`, { status: 'suspended' })).status).toBe(200);
  });

  it('nobody suspends or deactivates themselves, but their own name they may change', async () => {
    for (const self of [actor, { email: ADMIN, id: await app.idOf(ADMIN) }]) {
      const before = await people.view(self.id);
      for (const status of ['suspended', 'deactivated']) {
        expectRefused(await app.as(self.email, 'PATCH', `admin/users/${self.id}`, { status, display_name: 'X' }), 'user.self_change');
      }
      expectRefused(await app.as(self.email, 'DELETE', `admin/users/${self.id}`), 'user.self_change');
      expect(await people.view(self.id)).toEqual(before);
      expect((await app.as(self.email, 'PATCH', `admin/users/${self.id}`, { display_name: 'Own Name', status: 'active' })).status).toBe(200);
    }
  });

  it('a suspended tenant admin does nothing more, whatever token they hold', async () => {
    const admin = await people.member(org, 'TENANT_ADMIN');
    const target = await people.member(org, 'READONLY');
    await app.token(admin.email);
    await people.admin('PATCH', `admin/users/${admin.id}`, { status: 'suspended' });
    await expectUntouched(target, 'user.not_active', admin.email);
  });

  describe('the last tenant admin of an organisation', () => {
    let own: string;
    let last: Person;
    beforeAll(async () => {
      own = await people.organisation();
      last = await people.member(own, 'TENANT_ADMIN');
    });

    const endings = [
      ['suspended', (id: string) => app.as(ADMIN, 'PATCH', `admin/users/${id}`, { status: 'suspended' })],
      ['deactivated', (id: string) => app.as(ADMIN, 'PATCH', `admin/users/${id}`, { status: 'deactivated' })],
      ['deleted', (id: string) => app.as(ADMIN, 'DELETE', `admin/users/${id}`)],
    ] as const;

    it.each(endings)('can not be %s while a suspended or a temporary one is all that is left', async (_, end) => {
      const suspended = await people.member(own, 'TENANT_ADMIN');
      await people.admin('PATCH', `admin/users/${suspended.id}`, { status: 'suspended' });
      const temporary = await people.user();
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      await people.admin('POST', `admin/users/${temporary.id}/memberships`, { organisation_id: own, role_key: 'TENANT_ADMIN', expires_at });
      const before = await people.view(last.id);
      expectRefused(await end(last.id), 'membership.last_tenant_admin');
      expect(await people.view(last.id)).toEqual(before);
    });

    it.each(endings)('can be %s once there is another', async (_, end) => {
      const organisation = await people.organisation();
      const [one, other] = [await people.member(organisation, 'TENANT_ADMIN'), await people.member(organisation, 'TENANT_ADMIN')];
      expect((await end(one.id)).status).toBeLessThan(300);
      expectRefused(await end(other.id), 'membership.last_tenant_admin');
    });

    it('stays when two of them suspend each other at once', async () => {
      for (let round = 0; round < 5; round++) {
        const organisation = await people.organisation();
        const pair = [await people.member(organisation, 'TENANT_ADMIN'), await people.member(organisation, 'TENANT_ADMIN')] as const;
        await Promise.all(pair.map(({ email }) => app.token(email)));
        const answers = await Promise.all([
          app.as(pair[0].email, 'PATCH', `admin/users/${pair[1].id}`, { status: 'suspended' }),
          app.as(pair[1].email, 'PATCH', `admin/users/${pair[0].id}`, { status: 'suspended' }),
        ]);
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        const statuses = await Promise.all(pair.map(async ({ id }) => (await people.view(id)).status));
        expect(statuses.sort()).toEqual(['active', 'suspended']);
      }
    });
  });

  // Last in this file: it leaves other platform admins behind.
  it('the last active platform admin stays when two of them remove each other at once', async () => {
    const first = { email: ADMIN, id: await app.idOf(ADMIN) };
    for (let round = 0; round < 5; round++) {
      const second = await people.user([], { user_type: 'admin' });
      const others = await people.admin('GET', 'admin/users?user_type=admin&status=active&limit=100');
      const rest = (others.body.items as Person[]).filter(({ id }) => id !== first.id && id !== second.id);
      for (const { id } of rest) await people.admin('DELETE', `admin/users/${id}`);
      await app.token(second.email);
      const answers = await Promise.all([
        app.as(first.email, 'DELETE', `admin/users/${second.id}`),
        app.as(second.email, 'PATCH', `admin/users/${first.id}`, { status: 'suspended' }),
      ]);
      const refused = answers.filter(({ status }) => status >= 300);
      expect(refused).toHaveLength(1);
      expect(['user.last_platform_admin', 'user.not_active']).toContain(refused[0]?.body.code);
      const survivor = answers[0].status === 204 ? first : second;
      const { body } = await app.as(survivor.email, 'GET', 'admin/users?user_type=admin&status=active');
      expect(body.items.map(({ id }: Person) => id)).toEqual([survivor.id]);
      await app.as(survivor.email, 'PATCH', `admin/users/${first.id}`, { status: 'active' });
    }
  });
});
