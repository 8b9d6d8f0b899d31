import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserContext } from '@sa-platform/contracts';
import { SYSTEM_ACTOR } from '../src/modules/access/caller.js';
import { ContextVersion } from '../src/modules/context/context-version.js';
import { UserWriter } from '../src/modules/users/user-writer.js';
import { UsersRepository } from '../src/modules/users/users.repository.js';
import { Database } from '../src/platform/database/database.js';
import { asAdmin, contextOf, createOrganisation, createPerson, createRole, membershipIn, range, unique } from './arrange.js';
import { TestApp, type Answer } from './test-app.js';

const ROUNDS = 10;
const READERS = 3;

/** Reads one user's context over and over, and holds it to the promise: one version, one content, never backwards. */
class Watch {
  readonly contents = new Map<number, string>();
  readonly broken: string[] = [];
  private newest = 0;
  private isOver = false;

  constructor(
    private readonly app: TestApp,
    private readonly userId: string,
  ) {}

  /** Reads as long as `work` runs, with several readers at once. */
  async during(work: Promise<unknown>): Promise<void> {
    const readers = range(READERS).map((index) => this.readUntilOver(index));
    await work.finally(() => (this.isOver = true));
    await Promise.all(readers);
    await this.read();
  }

  private async readUntilOver(index: number): Promise<void> {
    while (!this.isOver) await (index === 0 ? this.readBatch() : this.read());
  }

  private async read(): Promise<void> {
    const floor = this.newest;
    const { text } = await this.app.as('service', 'GET', `users/${this.userId}/context`);
    this.check(text, floor);
  }

  private async readBatch(): Promise<void> {
    const floor = this.newest;
    const { body } = await this.app.as('service', 'POST', 'users/contexts', { user_ids: [this.userId, this.userId] });
    for (const { context } of body.items as { context: UserContext }[]) this.check(JSON.stringify(context), floor);
  }

  /** @param floor the newest version that was known before this read began */
  private check(text: string, floor: number): void {
    const { version } = JSON.parse(text) as UserContext;
    const known = this.contents.get(version);
    if (known !== undefined && known !== text) this.broken.push(`version ${version} carries two contents: ${known} and ${text}`);
    if (version < floor) this.broken.push(`version ${version} was read after ${floor}`);
    this.contents.set(version, text);
    this.newest = Math.max(this.newest, version);
  }
}

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

/** The same request over and over; a conflict that outlasted its retries is an answer, a failure isn't. */
async function repeat(...requests: ((round: number) => Promise<Answer>)[]): Promise<void> {
  for (const round of range(ROUNDS)) {
    for (const request of requests) {
      const { status, body } = await request(round);
      if (status >= 300) expect({ status, code: body.code }).toEqual({ status: 409, code: 'database.conflict' });
    }
  }
}

const send = (...[method, path, json]: [method: string, path: string, json?: unknown]) => app.as('admin@example.com', method, path, json);
const every = (round: number, permissions: string[]) => (round % 2 === 0 ? permissions : []);

describe('while everything about a user changes at once', () => {
  it('two contents never carry one version, and later content never a smaller one', async () => {
    const organisation = await createOrganisation(app);
    const [first, second] = await Promise.all(range(2).map(() => createRole(app, organisation, ['claims:read'])));
    const { id } = await createPerson(
      app,
      [{ organisation_id: organisation, role_id: first!.id }, { organisation_id: 'texas', role_key: 'READONLY' }],
      { user_type: 'clinician' },
    );
    const moving = await membershipIn(app, id, organisation);
    const staying = await membershipIn(app, id, 'texas');
    const memberships = `admin/users/${id}/memberships`;
    const { body: types } = await asAdmin(app, 'GET', 'admin/roles?search=clinician');
    const typeRole = types.items.find(({ key }: { key: string }) => key === 'clinician');
    let added = '';

    const watch = new Watch(app, id);
    await watch.during(
      Promise.all([
        repeat((round) => send('PATCH', `admin/roles/${first!.id}`, { permissions: every(round, ['claims:read', 'images:read']) })),
        repeat((round) => send('PATCH', `admin/roles/${second!.id}`, { permissions: every(round, ['claims:write']) })),
        repeat((round) => send('PATCH', `admin/roles/${typeRole.id}`, { permissions: every(round, ['cases:read']) })),
        repeat((round) => send('PATCH', `admin/organisations/${organisation}`, { name: `Round ${round}` })),
        repeat((round) => send('PATCH', `${memberships}/${moving}`, { role_id: round % 2 === 0 ? second!.id : first!.id })),
        repeat(
          async () => {
            const answer = await send('POST', memberships, { organisation_id: organisation, role_key: 'BILLER', product_ids: ['claims'] });
            added = answer.body.membership_id ?? added;
            return answer;
          },
          () => send('DELETE', `${memberships}/${added}`),
        ),
        repeat(
          () => send('POST', `${memberships}/${staying}/products`, { product_id: 'derm' }),
          () => send('DELETE', `${memberships}/${staying}/products/derm`),
        ),
        repeat((round) => send('PATCH', `admin/users/${id}`, { display_name: `Round ${round}` })),
      ]),
    );
    expect(watch.broken).toEqual([]);
    expect(watch.contents.size).toBeGreaterThan(ROUNDS);
    const tag = (await send('GET', `admin/users/${id}`)).headers.get('etag');
    expect(tag).toBe(`"${(await contextOf(app, id)).version}"`);
  }, 180_000);

  it('also when they become a platform admin among edits of their type role and registrations', async () => {
    const { id } = await createPerson(app, [], { user_type: 'patient' });
    const { body: types } = await asAdmin(app, 'GET', 'admin/roles?search=patient');
    const typeRole = types.items.find(({ key }: { key: string }) => key === 'patient');
    for (const round of range(30)) await asAdmin(app, 'PATCH', `admin/roles/${typeRole.id}`, { description: `Round ${round}` });
    let registered = 0;
    const promote = async () => {
      // In the middle of the registrations.
      while (registered < ROUNDS / 3) await contextOf(app, id);
      await app.nest.get(Database).transaction(async () => {
        await app.nest.get(ContextVersion).lock(id);
        const user = await app.nest.get(UsersRepository).find(id);
        await app.nest.get(UserWriter).changeType(user!, { userType: 'admin', status: 'active' }, SYSTEM_ACTOR);
      });
    };
    const watch = new Watch(app, id);
    await watch.during(
      Promise.all([
        repeat((round) => send('PATCH', `admin/roles/${typeRole.id}`, { permissions: every(round, ['cases:read']) })),
        repeat(() => {
          registered += 1;
          return send('POST', 'permissions/register', {
            permission: `tests:${unique('p').replace('-', '_')}`,
            service_id: 'tests',
            description: 'A test',
          });
        }),
        promote(),
      ]),
    );
    expect(watch.broken).toEqual([]);
    expect((await contextOf(app, id)).is_platform_admin).toBe(true);
  }, 180_000);
});
