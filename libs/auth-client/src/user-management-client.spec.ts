import { buildContext, startFakeUserManagement, type FakeUserManagement } from './testing/index.js';
import { UserManagementClient } from './user-management-client.js';

let users: FakeUserManagement;
beforeEach(async () => {
  users = await startFakeUserManagement();
});
afterEach(() => users.close());

const newClient = (more: object = {}): UserManagementClient =>
  new UserManagementClient({ baseUrl: `${users.baseUrl}/`, serviceToken: () => Promise.resolve('t'), ...more });

test('reads the context of any user', async () => {
  const context = buildContext({ user_id: 'id-1' });
  users.setContext('alice', context);
  expect(await newClient().getContext('id-1')).toEqual(context);
});

test.each([['id-2'], ['..'], ['a/b'], [''], ['a?b'], ['x'.repeat(65)]])('does not find user %j', async (userId) => {
  await expect(newClient().getContext(userId)).rejects.toMatchObject({ code: 'user.not_found', status: 404 });
});

test('registers permissions', async () => {
  const permission = { permission: 'derm:read', service_id: 'derm', description: 'Read reviews' };
  await newClient().registerPermissions([permission]);
  expect(users.registeredPermissions).toEqual([permission]);
});

test.each([
  ['access.denied', 'access.denied'],
  ['token.invalid', 'context.unavailable'],
  ['service.overloaded', 'context.unavailable'],
] as const)('%s of the service becomes %s', async (answered, code) => {
  users.refuseWith(answered);
  await expect(newClient().getContext('id-1')).rejects.toMatchObject({ code });
  await expect(newClient().registerPermissions([])).rejects.toMatchObject({ code });
});

test('a malformed permission is the fault of this service', async () => {
  users.refuseWith('request.invalid');
  await expect(newClient().registerPermissions([])).rejects.toMatchObject({ code: 'request.invalid' });
});

test('a service that hangs is unavailable', async () => {
  users.setBehaviour('hang');
  await expect(newClient({ timeoutMs: 50 }).getContext('id-1')).rejects.toMatchObject({ code: 'context.unavailable' });
});

test('does not start with a malformed address', () => {
  expect(() => newClient({ baseUrl: 'users' })).toThrow(expect.objectContaining({ option: 'baseUrl' }));
});
