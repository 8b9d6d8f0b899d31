import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dumpTables } from './database-dump.js';
import { ADMIN, expectInvalid, expectRefused, newEmail, newUser, People, prismaOf, unique } from './people.js';
import { signIn } from './sign-in.js';
import { TestApp } from './test-app.js';

describe('POST /admin/users and the identity provider', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
  });
  afterAll(() => app.stop());

  const create = (...creation: Parameters<People['create']>) => people.create(...creation);
  const expectNothingCreated = (...check: Parameters<People['expectNothingCreated']>) => people.expectNothingCreated(...check);

  describe('provisioning', () => {
    it.each(['none', 'invite'])('with %s makes an account without telling a password', async (delivery) => {
      const { body } = await create({ provisioning: { delivery } });
      expect(body).not.toHaveProperty('temporary_password');
      const me = await app.as(body.email, 'GET', 'users/me');
      expect(me.body).toMatchObject({ id: body.id, external_id: body.external_id, status: 'active' });
      expect(await signIn(app.url, body.email, '')).toBeNull();
    });

    it('with temporary_password answers one that signs in and is kept nowhere', async () => {
      const { body } = await create({ provisioning: { delivery: 'temporary_password' } }, ADMIN, { 'idempotency-key': unique('key') });
      const password = String(body.temporary_password);
      expect(password.length).toBeGreaterThanOrEqual(12);
      const token = await signIn(app.url, body.email, password);
      const me = await app.request('GET', 'users/me', { token });
      expect(me.body).toMatchObject({ id: body.id, external_id: body.external_id });
      const dump = await dumpTables(app);
      expect(dump).toContain(body.email);
      expect(dump).not.toContain(password);
      expect((await app.as(ADMIN, 'GET', `admin/users/${body.id}`)).text).not.toContain('password');
    });

    it('with rollback leaves nobody when the provider has another account of this e-mail', async () => {
      const address = newEmail();
      await app.token(address);
      const provisioning = { delivery: 'invite', on_failure: 'rollback' };
      await expectNothingCreated(() => create({ email: address, provisioning }), (answer) => expectRefused(answer, 'identity.conflict'));
    });

    it('with queue keeps the user and says what the provider refused', async () => {
      const address = newEmail();
      await app.token(address);
      const { status, body } = await create({ email: address, provisioning: { delivery: 'temporary_password', on_failure: 'queue' } });
      expect(status).toBe(201);
      expect(body).toMatchObject({ external_id: null, identity: { state: 'failed', error: 'conflict' } });
      expect(body).not.toHaveProperty('temporary_password');
    });

    it('with rollback leaves nobody when the provider does not answer', async () => {
      const prisma = prismaOf(app);
      const address = newEmail();
      await prisma.$executeRawUnsafe('ALTER TABLE mock_accounts RENAME TO mock_accounts_away');
      const answer = await create({ email: address, provisioning: { on_failure: 'rollback' } });
      const queued = await create({ provisioning: { on_failure: 'queue' } });
      await prisma.$executeRawUnsafe('ALTER TABLE mock_accounts_away RENAME TO mock_accounts');
      expectRefused(answer, 'identity.unavailable');
      expect(await prisma.user.count({ where: { email: address } })).toBe(0);
      expect(queued).toMatchObject({ status: 201, body: { external_id: null, identity: { state: 'pending', error: 'unavailable' } } });
      expect((await create({ email: address })).status).toBe(201);
    });
  });

  describe('with an Idempotency-Key', () => {
    it('answers the same again but for the password, and creates one user', async () => {
      const json = newUser({ provisioning: { delivery: 'temporary_password' } });
      const headers = { 'idempotency-key': unique('key') };
      const send = () => app.as(ADMIN, 'POST', 'admin/users', json, headers);
      const before = await people.count();
      const first = await send();
      const second = await send();
      const { temporary_password: password, ...rest } = first.body;
      expect(password).toEqual(expect.any(String));
      expect(second).toMatchObject({ status: 201, body: rest });
      expect(second.body).not.toHaveProperty('temporary_password');
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
      expectRefused(await app.as(ADMIN, 'POST', 'admin/users', { ...json, display_name: 'Other' }, headers), 'idempotency.key_reused');
      expect(await people.count()).toBe(before + 1);
    });

    it('creates one user when the same request comes several times at once', async () => {
      const json = newUser();
      const headers = { 'idempotency-key': unique('key') };
      const answers = await Promise.all([1, 2, 3].map(() => app.as(ADMIN, 'POST', 'admin/users', json, headers)));
      const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => String(body.id)));
      expect(ids.size).toBe(1);
      answers.filter(({ status }) => status !== 201).forEach((answer) => expectRefused(answer, 'idempotency.in_flight'));
    });

    it('repeats a refusal, and forgets a request that was not valid', async () => {
      const headers = { 'idempotency-key': unique('key') };
      expectInvalid(await create({ display_name: '' }, ADMIN, headers), 'display_name');
      const taken = newUser({ email: 'biller@example.com' });
      const refusals = [await app.as(ADMIN, 'POST', 'admin/users', taken, headers), await app.as(ADMIN, 'POST', 'admin/users', taken, headers)];
      refusals.forEach((answer) => expectRefused(answer, 'user.email_taken'));
    });
  });
});
