import { person, startPool, stopPools } from '../test/pool-under-test.js';
import { GROUP_MARK } from './role-groups.js';

afterEach(stopPools);

const withRoles = (...roles: string[]) => ({ ...person().claims, roles });

describe('roles as groups', () => {
  it('makes the groups that are missing, marked as ours, and lists them', async () => {
    const { fake, provider } = await startPool();
    await provider.createUser(person({ claims: withRoles('BILLER', 'READONLY') }));
    expect([...fake.users.get('ada@example.com').groups].sort()).toEqual(['BILLER', 'READONLY']);
    expect(fake.groups.get('BILLER')).toEqual({ name: 'BILLER', description: GROUP_MARK });
    expect(await provider.listRoles()).toEqual(['BILLER', 'READONLY']);
  });

  it('leaves the groups of others alone when roles are replaced', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person({ claims: withRoles('BILLER', 'READONLY') }));
    fake.groups.set('newsletter', { name: 'newsletter', description: 'Marketing' });
    fake.users.get('ada@example.com').groups.add('newsletter');
    await provider.setClaims(account, withRoles('RCM_ANALYST', 'BILLER'));
    expect([...fake.users.get('ada@example.com').groups].sort()).toEqual(['BILLER', 'RCM_ANALYST', 'newsletter']);
  });

  it('puts nobody into a group of somebody else that has a role’s name (Keycloak CVE-2026-94000)', async () => {
    const { fake, provider } = await startPool();
    fake.groups.set('admin', { name: 'admin', description: 'May do anything in another application' });
    await expect(provider.createUser(person({ claims: withRoles('admin') }))).rejects.toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
    expect(fake.users.list()).toEqual([]);
    const account = await provider.createUser(person());
    await expect(provider.setClaims(account, withRoles('admin'))).rejects.toMatchObject({ failure: 'misconfigured', outcome: 'not_done' });
    expect(fake.users.get('ada@example.com').groups.size).toBe(0);
  });

  it('makes a group again that was deleted since it was seen', async () => {
    const { fake, provider } = await startPool();
    await provider.createUser(person({ claims: withRoles('BILLER') }));
    fake.groups.delete('BILLER');
    await provider.createUser(person({ userId: 'u2', email: 'b@example.com', claims: withRoles('BILLER') }));
    expect(fake.groups.get('BILLER')?.description).toBe(GROUP_MARK);
    expect([...fake.users.get('b@example.com').groups]).toEqual(['BILLER']);
  });

  it('bears that another replica makes the same group at the same time', async () => {
    const { fake, provider } = await startPool();
    const people = [1, 2, 3].map((i) => person({ userId: `u${i}`, email: `p${i}@example.com`, claims: withRoles('BILLER') }));
    await Promise.all(people.map((one) => provider.createUser(one)));
    expect(fake.ledger.of('CreateGroup').length).toBeGreaterThan(1);
    expect(fake.users.list().every(({ groups }) => groups.has('BILLER'))).toBe(true);
  });

  it('reads more groups than fit on a page', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person());
    for (let i = 0; i < 70; i += 1) {
      const name = `role-${i}`;
      fake.groups.set(name, { name, description: GROUP_MARK });
      if (i >= 60) fake.users.get('ada@example.com').groups.add(name);
    }
    expect(await provider.listRoles()).toHaveLength(70);
    await provider.setClaims(account, person().claims);
    expect(fake.users.get('ada@example.com').groups.size).toBe(0);
  });

  it('says in the attributes only what is true of the groups', async () => {
    const { fake, provider } = await startPool();
    const account = await provider.createUser(person({ claims: withRoles('BILLER') }));
    fake.faults.script('AdminAddUserToGroup', { kind: 'status', status: 500, applied: false });
    await expect(provider.setClaims(account, withRoles('READONLY'))).rejects.toMatchObject({ failure: 'unavailable', outcome: 'unknown' });
    expect((await provider.findByExternalId(account.externalId))?.claims?.roles).toEqual(['BILLER']);
    await provider.setClaims(account, withRoles('READONLY'));
    expect([...fake.users.get('ada@example.com').groups]).toEqual(['READONLY']);
  });
});

it('an account takes a hundred roles at once', async () => {
  const fast = { burst: 100, perSecond: 500 };
  const { fake, provider } = await startPool({}, { deadlineMs: 20_000, pacing: { UserUpdate: fast, UserPoolResourceRead: fast } });
  const roles = Array.from({ length: 100 }, (_, i) => `R${i}`);
  for (const name of roles) fake.groups.set(name, { name, description: GROUP_MARK });
  const account = await provider.createUser(person());
  await provider.setClaims(account, withRoles(...roles));
  expect(fake.users.get('ada@example.com').groups.size).toBe(100);
});
