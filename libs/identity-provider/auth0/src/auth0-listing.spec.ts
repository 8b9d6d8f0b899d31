import { failureOf, startAuth0, type Auth0UnderTest } from '../test/auth0-under-test.js';

let under: Auth0UnderTest;
beforeEach(async () => {
  under = await startAuth0();
});
afterEach(() => under.stop());

const at = (milliseconds: number) => new Date(1_700_000_000_000 + milliseconds).toISOString();

/** Accounts, some of which one moment made. */
function seed(count: number, createdAt: (number: number) => string): string[] {
  return Array.from({ length: count }, (_empty, number) =>
    under.auth0.users.seed({ email: `person-${number}@auth0.example`, created_at: createdAt(number) }).user_id);
}

async function listAll(limit: number, betweenPages: (page: number) => void = () => undefined): Promise<string[]> {
  const listed: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 1_000; page += 1) {
    const { users, nextCursor } = await under.provider.listUsers({ cursor, limit });
    listed.push(...users.map(({ externalId }) => externalId));
    if (nextCursor === null) return listed;
    cursor = nextCursor;
    betweenPages(page);
  }
  throw new Error('the listing did not end');
}

const sorted = (ids: string[]) => [...ids].sort();

describe('listing', () => {
  it('pages through 10,500 accounts, though a search gives out the first 1,000', async () => {
    const ids = seed(10_500, (number) => at(Math.floor(number / 3) * 10));
    expect(sorted(await listAll(50))).toEqual(sorted(ids));
  });

  it.each([1, 7, 50])('misses none of 120 accounts that one moment made, %i a page', async (limit) => {
    const ids = seed(140, (number) => at(number < 10 ? 0 : number < 130 ? 1 : 2));
    expect(sorted(await listAll(limit))).toEqual(sorted(ids));
  });

  it('misses nobody when listed accounts are deleted meanwhile', async () => {
    const ids = seed(40, (number) => at(number));
    const deleted = ids.slice(0, 3);
    const listed = await listAll(10, (page) => {
      if (page < 3) under.auth0.users.delete(String(deleted[page]));
    });
    expect(sorted(listed)).toEqual(sorted(ids));
  });

  it('goes on where the tenant gives shorter pages than were asked for', async () => {
    under.auth0.settings.pageLimit = 4;
    const ids = seed(21, (number) => at(Math.floor(number / 6)));
    expect(sorted(await listAll(50))).toEqual(sorted(ids));
  });

  it('leaves accounts of other connections out', async () => {
    const [id] = seed(1, () => at(0));
    under.auth0.users.seed({ user_id: 'google-oauth2|1', email: 'x@auth0.example', connection: 'google-oauth2' });
    expect(await listAll(10)).toEqual([id]);
  });

  it('lags, while a look-up does not', async () => {
    under.auth0.settings.listLagMs = 5_000;
    const { user_id: id } = under.auth0.users.seed({ email: 'late@auth0.example' });
    expect(await listAll(10)).toEqual([]);
    expect(await under.provider.findByExternalId(id)).not.toBeNull();
    under.auth0.advance(5_000);
    expect(await listAll(10)).toEqual([id]);
  });

  it('gives up, rather than leave some out, when one moment made more than a search shows', async () => {
    seed(1_010, () => at(0));
    expect(await failureOf(listAll(50))).toMatchObject({ failure: 'rejected', outcome: 'not_done' });
  });

  const forged = (cursor: unknown) => Buffer.from(JSON.stringify(cursor)).toString('base64url');
  it.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['a query', forged({ since: '* TO *] OR email:[a', page: 0, size: 5, seen: [] })],
    ['a query behind a time', forged({ since: `${at(0)} TO *] OR x:[*`, page: 0, size: 5, seen: [] })],
    ['an object for a time', forged({ since: { not: '' }, page: 0, size: 5, seen: [] })],
    ['a negative page', forged({ since: at(0), page: -1, size: 5, seen: [] })],
    ['a page larger than the limit', forged({ since: at(0), page: 0, size: 50, seen: [] })],
    ['a megabyte', 'a'.repeat(1_000_000)],
  ])('refuses a forged cursor with %s before Auth0 sees it', async (_case, cursor) => {
    expect(await failureOf(under.provider.listUsers({ cursor, limit: 10 }))).toMatchObject({ failure: 'rejected', outcome: 'not_done' });
    expect(under.auth0.ledger.of('users.list')).toEqual([]);
  });

  it('lists every role of the tenant once', async () => {
    under.auth0.settings.roles = Array.from({ length: 130 }, (_empty, number) => `ROLE_${number}`);
    expect(sorted(await under.provider.listRoles())).toEqual(sorted(under.auth0.settings.roles));
    under.auth0.settings.pageLimit = 20;
    expect(await under.provider.listRoles()).toHaveLength(130);
  });
});
