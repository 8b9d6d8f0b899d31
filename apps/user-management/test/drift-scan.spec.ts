import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestIssuer, type TestIssuer } from '@sa-platform/auth-client/testing';
import type { FakeAuth0 } from '@sa-platform/identity-provider-fakes';
import type { DriftItemView } from '../src/modules/drift/drift.dto.js';
import { DriftDesk } from './drift-desk.js';
import { environmentOf, LIST_LAG_MS, Plantation, startLaggingAuth0 } from './drift-planting.js';
import { ADMIN_SUBJECT } from './identity-tenants.js';
import { newUser, prismaOf } from './people.js';
import { until } from './poll.js';
import { TestApp } from './test-app.js';
import { createTestDatabase, engine, type TestDatabase } from './test-database.js';

/** `DRIFT_USERS=10000` for a large tenant; the other engines show that their SQL says the same. */
const LARGE = process.env.DRIFT_USERS;
const [SIZE, PER_KIND] = LARGE === undefined ? [1_000, engine === 'postgresql' ? 20 : 8] : [Number(LARGE), 40];
const KINDS = 5;
/** Between two rounds of changes: the provider's pace is for the scan as well. */
const EVERY_MS = 100;

const namesOf = (items: DriftItemView[]) => items.map((item) => `${item.kind} ${item.user_id ?? item.external_id ?? ''}`).sort();

describe('a scan of a large tenant whose lists are behind', () => {
  let issuer: TestIssuer;
  let auth0: FakeAuth0;
  let database: TestDatabase;
  let app: TestApp;
  let desk: DriftDesk;
  let plantation: Plantation;

  async function start(): Promise<void> {
    app = await TestApp.start(environmentOf(auth0, issuer), database);
    desk = new DriftDesk(app, (method, path, json) => app.request(method, path, { token: issuer.issue({ sub: ADMIN_SUBJECT }), json }));
  }
  beforeAll(async () => {
    issuer = await startTestIssuer();
    auth0 = await startLaggingAuth0();
    database = await createTestDatabase();
    await start();
    plantation = new Plantation(prismaOf(app), auth0, SIZE, PER_KIND);
    await plantation.plant();
  });
  afterAll(async () => {
    await app.stop();
    await database.drop();
    await auth0.stop();
    await issuer.close();
  });

  const pages = () => auth0.ledger.of('users.list').length;
  const countUsers = () => prismaOf(app).user.count();

  /** Creates users and suspends others, one after the other, until it is told to stop. @returns how many */
  function keepChanging(users: string[]) {
    let isOver = false;
    const work = async () => {
      let changes = 0;
      for (const id of users) {
        if (isOver) break;
        const made = await desk.ask('POST', 'admin/users', newUser());
        const changed = await desk.ask('PATCH', `admin/users/${id}`, { status: 'suspended', display_name: `Changed ${id}` });
        expect([made.status, changed.status]).toEqual([201, 200]);
        changes += 2;
        await sleep(EVERY_MS);
      }
      return changes;
    };
    const changing = work();
    return async () => {
      isOver = true;
      return changing;
    };
  }

  it('finds every difference and invents none, while users are created and changed', async () => {
    expect(plantation.planted.size).toBe(KINDS * PER_KIND);
    const stop = keepChanging(plantation.untouched(SIZE / 4));
    const scan = await desk.scan();
    expect(await stop()).toBeGreaterThan(10);
    expect(namesOf(await desk.items())).toEqual([...plantation.planted].sort());
    expect(scan).toMatchObject({ state: 'finished', error: null, items_found: KINDS * PER_KIND });
    expect(scan.accounts_seen).toBeGreaterThanOrEqual(SIZE + 1);
    expect(scan.users_compared).toBeGreaterThanOrEqual(SIZE + 1);
    expect(await prismaOf(app).driftSeen.count()).toBe(0);
  });

  it('goes on where it was when its replica stops and another one starts', async () => {
    await desk.settle();
    auth0.advance(LIST_LAG_MS + 1);
    const before = pages();
    const id = await desk.startScan();
    await until(pages, (count) => count > before + SIZE / 200);
    await app.stop();
    const pagesOfTheFirst = pages() - before;
    await start();
    const scan = await desk.waitForScan(id);
    const accounts = auth0.users.list().length;
    expect(pagesOfTheFirst).toBeLessThan(accounts / 50);
    expect(pages() - before).toBeLessThanOrEqual(Math.ceil(accounts / 50) + 20);
    expect(scan).toMatchObject({ scan_id: id, state: 'finished', accounts_seen: accounts, users_compared: await countUsers() });
    expect(namesOf(await desk.items(`&scan_id=${id}`))).toEqual([...plantation.planted].sort());
  });

  it('finds nothing more once all of it is repaired, also when its cursor expires on the way', async () => {
    expect(await desk.repairAll('push')).toMatchObject({ state: 'finished', repaired: KINDS * PER_KIND, gone: 0, refused: 0 });
    await desk.settle();
    expect(await prismaOf(app).identityJob.count()).toBe(0);
    auth0.advance(LIST_LAG_MS + 1);
    const before = pages();
    const id = await desk.startScan();
    await until(pages, (count) => count > before + 3);
    auth0.faults.script('users.list', { kind: 'status', status: 400, applied: false });
    expect(await desk.waitForScan(id)).toMatchObject({ state: 'finished', items_found: 0, accounts_seen: auth0.users.list().length });
    expect(auth0.faults.left).toBe(0);
    expect(await prismaOf(app).driftRun.findUniqueOrThrow({ where: { id } })).toMatchObject({ restarts: 1 });
    expect(await desk.items()).toEqual([]);
  });

  it('tells the roles of the tenant', async () => {
    expect((await desk.ask('GET', 'admin/identity/roles')).body).toEqual({ roles: ['Auditor', 'Biller'] });
    expect((await desk.ask('GET', 'admin/identity/status')).body).toMatchObject({
      provider: 'auth0',
      capabilities: { lists: 'eventual' },
      health: { state: 'healthy' },
    });
  });
});
