import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { IdentityProviderError } from '@sa-platform/identity-provider';
import { IdentityService } from '../src/modules/identity/identity.service.js';
import { dumpDatabase, dumpTables } from './database-dump.js';
import { ADMIN, expectRefused, People, prismaOf, unique } from './people.js';
import { until } from './poll.js';
import { TestApp, type Answer } from './test-app.js';

describe('POST /admin/users/:id/erase', () => {
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

  const erase = (id: string, who = ADMIN): Promise<Answer> => app.as(who, 'POST', `admin/users/${id}/erase`);

  it('leaves nothing personal in any table nor at the provider, and keeps the id', async () => {
    const secret = unique('margaret');
    const person = await people.user([{ organisation_id: org, role_key: 'BILLER', product_ids: ['claims'] }], {
      email: `${secret}@example.com`,
      display_name: `Name ${secret}`,
      phone: '+27115550199',
      user_type: 'clinician',
      practitioner_profile: { registration_number: `HPCSA ${secret}`, title: 'Dr' },
    });
    const { external_id: externalId } = await people.view(person.id);
    const noted = { detectedAt: new Date(), scanId: unique('scan'), state: 'open', theirs: JSON.stringify({ email: `${secret}@example.com` }) };
    for (const about of [{ kind: 'email_differs', userId: person.id }, { kind: 'missing_here', externalId }]) {
      await prismaOf(app).driftItem.create({ data: { ...noted, ...about, id: unique('item'), subject: unique('subject') } });
    }
    expect((await erase(person.id)).status).toBe(204);
    await until(() => prismaOf(app).identityJob.count({ where: { userId: person.id } }), (jobs) => jobs === 0);
    const dump = await dumpTables(app);
    expect(dump).not.toContain(secret);
    expect(dump).not.toContain('+27115550199');
    const { body } = await app.as(ADMIN, 'GET', `admin/users/${person.id}`);
    expect(body).toMatchObject({
      ...{ id: person.id, external_id: null, status: 'deactivated', email: `erased-${person.id}@erased.invalid`, phone: null },
      ...{ memberships: [], practitioner_profile: null, identity: { state: 'none' } },
    });
    expect(await prismaOf(app).mockAccount.count({ where: { userId: person.id } })).toBe(0);
    const events = await prismaOf(app).outboxEvent.findMany({ where: { userId: person.id }, orderBy: { position: 'asc' } });
    const told = ['users.deactivated', 'users.product.revoked', 'users.membership.removed', 'users.erased'];
    expect(events.map(({ type }) => type).slice(-told.length)).toEqual(told);
  });

  it('frees the address for somebody else, and repeating it changes nothing', async () => {
    const person = await people.member(org, 'READONLY');
    await erase(person.id);
    const before = await dumpDatabase(app);
    expect((await erase(person.id)).status).toBe(204);
    expect(await dumpDatabase(app)).toEqual(before);
    const successor = await people.user([], { email: person.email });
    expect(successor.id).not.toBe(person.id);
  });

  it('is final: nobody brings an erased user back, by any path', async () => {
    const person = await people.member(org, 'READONLY');
    await erase(person.id);
    const patch = await app.as(ADMIN, 'PATCH', `admin/users/${person.id}`, { status: 'active' });
    expectRefused(patch, 'user.erased');
    for (const command of ['reset-password', 'resend-invitation', 'revoke-sessions', 'identity/sync']) {
      expectRefused(await app.as(ADMIN, 'POST', `admin/users/${person.id}/${command}`, command === 'reset-password' ? {} : undefined), 'user.erased');
    }
    const membership = await app.as(ADMIN, 'POST', `admin/users/${person.id}/memberships`, { organisation_id: org, role_key: 'BILLER' });
    expectRefused(membership, 'user.erased');
  });

  it('ends the access of whoever is signed in with that commit', async () => {
    const person = await people.member(org, 'READONLY');
    const token = await app.token(person.email);
    expect((await app.request('GET', 'users/me', { token })).status).toBe(200);
    await erase(person.id);
    expectRefused(await app.request('GET', 'users/me', { token }), 'user.unknown');
  });

  it('makes nobody new of an account that the provider has not given up yet', async () => {
    const person = await people.member(org, 'READONLY');
    const token = await app.token(person.email);
    const { provider } = app.nest.get(IdentityService);
    const down = new IdentityProviderError('unavailable', 'not_done', 'down');
    const deletion = jest.spyOn(provider, 'delete').mockRejectedValue(down);
    expect((await erase(person.id)).status).toBe(204);
    expectRefused(await app.request('GET', 'users/me', { token }), 'user.unknown');
    expect(await prismaOf(app).user.count({ where: { emailCanonical: person.email } })).toBe(0);
    deletion.mockRestore();
    await until(() => prismaOf(app).mockAccount.count({ where: { userId: person.id } }), (accounts) => accounts === 0);
    expectRefused(await app.request('GET', 'users/me', { token }), 'user.unknown');
  });

  it('is for those who outrank the user, and never for oneself or the last administrator', async () => {
    const stranger = await people.member(await people.organisation(), 'READONLY');
    expectRefused(await erase(stranger.id, tenantAdmin), 'user.not_found');
    const [self] = (await app.as(ADMIN, 'GET', `admin/users?search=${tenantAdmin}`)).body.items;
    expectRefused(await erase(self.id, tenantAdmin), 'user.self_change');
    expectRefused(await erase(self.id), 'membership.last_tenant_admin');
    const colleague = await people.member(org, 'READONLY');
    expect((await erase(colleague.id, tenantAdmin)).status).toBe(204);
  });
});
