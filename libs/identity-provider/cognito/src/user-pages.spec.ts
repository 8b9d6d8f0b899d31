import { callsOf, startPool, stopPools } from '../test/pool-under-test.js';

afterEach(stopPools);

describe('listing accounts', () => {
  it('asks for 60 at most: Cognito refuses 61', async () => {
    const { fake, provider } = await startPool();
    for (let i = 0; i < 70; i += 1) fake.users.seed({ email: `p${i}@example.com` });
    expect((await provider.listUsers({ cursor: null, limit: 500 })).users).toHaveLength(60);
  });

  it('goes on after a page that is short or empty', async () => {
    const { fake, provider } = await startPool({ pageSizes: [0, 2, 0] });
    for (let i = 0; i < 5; i += 1) fake.users.seed({ email: `p${i}@example.com` });
    const pages: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await provider.listUsers({ cursor, limit: 20 });
      pages.push(page.users.length);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(pages).toEqual([2, 0, 0, 2, 0, 0, 1]);
  });

  it('asks for nobody one by one: that would make each of them count in the month’s bill', async () => {
    const { fake, provider } = await startPool();
    for (let i = 0; i < 5; i += 1) fake.users.seed({ email: `p${i}@example.com` });
    fake.ledger.clear();
    await provider.listUsers({ cursor: null, limit: 60 });
    expect(callsOf(fake)).toEqual(['ListUsers']);
  });

  it.each([
    ['a forged one', () => '20.a b'],
    ['one that Cognito did not give out', () => '20.abc'],
    ['one without a size', () => 'abc'],
    ['an object', () => ({ not: '' }) as never],
  ])('refuses a cursor: %s', async (_case, forge) => {
    const { provider } = await startPool();
    await expect(provider.listUsers({ cursor: forge(), limit: 20 })).rejects.toMatchObject({ failure: 'rejected', outcome: 'not_done' });
  });

  it('refuses a cursor after an hour, and with another size than it was given out for', async () => {
    const { fake, provider } = await startPool();
    for (let i = 0; i < 5; i += 1) fake.users.seed({ email: `p${i}@example.com` });
    const { nextCursor: cursor } = await provider.listUsers({ cursor: null, limit: 2 });
    fake.ledger.clear();
    await expect(provider.listUsers({ cursor, limit: 3 })).rejects.toMatchObject({ failure: 'rejected' });
    expect(callsOf(fake)).toEqual([]);
    await expect(provider.listUsers({ cursor, limit: 2 })).resolves.toMatchObject({ users: { length: 2 } });
    fake.advance(3_600_001);
    await expect(provider.listUsers({ cursor, limit: 2 })).rejects.toMatchObject({ failure: 'rejected' });
  });
});
