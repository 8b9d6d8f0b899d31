import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACTORS, MATRIX, type Actor, type MatrixRow } from './authorisation-table.js';
import { AuthorisationWorld, isInactive, shows, type Target } from './authorisation-world.js';
import { changesBetween, dumpDatabase } from './database-dump.js';
import { listHandlers } from './service-routes.js';
import { TestApp, type Answer } from './test-app.js';

describe('the authorisation matrix', () => {
  let app: TestApp;
  let world: AuthorisationWorld;
  beforeAll(async () => {
    app = await TestApp.start();
    world = await AuthorisationWorld.create(app);
  });
  afterAll(() => app.stop());

  it('has a row for every route, and none for a route that is gone', () => {
    const served = listHandlers(app).map(({ route }) => route.replace(' /v1/user-management/', ' '));
    expect([...new Set(MATRIX.map(({ route }) => route))].sort()).toEqual(served.sort());
  });

  it.each(MATRIX.map((row) => [`${row.route}${row.variant && ` (${row.variant})`}`, row] as const))('%s', async (_, row) => {
    const target = await world.newTarget(row);
    const mayChange = ACTORS.filter((actor) => changes(row, actor));
    const before = await dumpDatabase(app);
    const answers = new Map<Actor, string>();
    for (const actor of ACTORS.filter((each) => !mayChange.includes(each))) {
      answers.set(actor, read(row, actor, target, await world.ask(row, actor, target)));
    }
    // That somebody took a file, or asked as somebody else, is written down.
    const isTold = (change: string) => /^\+ audit_entries .*(_EXPORTED|IMPERSONATED_REQUEST)/.test(change);
    const changed = changesBetween(before, await dumpDatabase(app)).filter((change) => !isTold(change));
    for (const actor of mayChange) {
      const fresh = actor === mayChange[0] ? target : await world.newTarget(row);
      answers.set(actor, read(row, actor, fresh, await world.ask(row, actor, fresh)));
      await world.settle();
    }
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(ACTORS.map((actor) => [actor, expectedOf(row, actor)])));
    expect(changed).toEqual([]);
  });
});

const isReading = ({ route }: MatrixRow) => route.startsWith('GET ') || route === 'POST users/contexts';
const changes = (row: MatrixRow, actor: Actor) => row.status[actor] < 300 && !isReading(row) && !row.inVain.has(actor);

/** The status, and why it is one that refuses. */
function expectedOf({ status }: MatrixRow, actor: Actor): string {
  switch (status[actor]) {
    case 401:
      return actor === 'no token' ? '401 token.missing' : '401 token.expired';
    case 403:
      return isInactive(actor) ? '403 user.not_active' : '403 forbidden';
    case 404:
      return '404 hidden';
    default:
      return String(status[actor]);
  }
}

function read(row: MatrixRow, actor: Actor, target: Target, { status, body, text }: Answer): string {
  const code = String(body?.code ?? '');
  const isList = actor === 'other tenant admin' && row.status[actor] === 200 && !row.inVain.has(actor);
  if (isList && shows(target, text)) return `${status} and shows texas`;
  if (status === 403 && ['access.denied', 'user.type_forbidden', 'impersonation.forbidden'].includes(code)) return '403 forbidden';
  if (status === 404 && /^(user|membership|role|organisation|import)\.not_found$/.test(code)) return '404 hidden';
  return `${status} ${code}`.trim();
}
