import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ADMIN, expectInvalid, People } from './people.js';
import { TestApp } from './test-app.js';

describe('GET /admin/users?ids=', () => {
  let app: TestApp;
  let people: People;
  beforeAll(async () => {
    app = await TestApp.start();
    people = new People(app);
  });
  afterAll(() => app.stop());
  const list = (ids: string[], who = ADMIN) => app.as(who, 'GET', `admin/users?ids=${ids.join(',')}`);

  it('answers these alone, and of them only whom the caller may see', async () => {
    const [theirs, others] = [await people.organisation(), await people.organisation()];
    const [admin, member, stranger] = [await people.member(theirs, 'TENANT_ADMIN'), await people.member(theirs, 'BILLER'), await people.member(others, 'BILLER')];
    const ids = [member.id, stranger.id, 'nobody', member.id];
    const found = async (who: string) => (await list(ids, who)).body.items.map(({ id }: { id: string }) => id).sort();
    expect(await found(ADMIN)).toEqual([member.id, stranger.id].sort());
    expect(await found(admin.email)).toEqual([member.id]);
  });

  it('names what is no id, and more than a page of them', async () => {
    expectInvalid(await list(['']), 'ids.0');
    expectInvalid(await list(['fine', "x' OR '1'='1"]), 'ids.1');
    expectInvalid(await list(Array.from({ length: 101 }, (_, index) => `id-${index}`)), 'ids');
  });

  it('come without their number when nobody wants to wait for it', async () => {
    const ask = async (query: string) => (await app.as(ADMIN, 'GET', `admin/users?limit=3${query}`)).body;
    const { total, ...page } = await ask('');
    expect(total).toBeGreaterThan(3);
    expect(await ask('&with_total=false')).toEqual(page);
    expect(await ask('&with_total=true')).toEqual({ ...page, total });
  });
});
