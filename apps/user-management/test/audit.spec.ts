import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Trail } from './audit-trail.js';
import { commandsOn, CommandStage, TRIED_ELSEWHERE, type Command } from './commands.js';
import { ADMIN, newUser, unique } from './people.js';
import { listHandlers } from './service-routes.js';
import type { Answer } from './test-app.js';

const stage = new CommandStage();
/** A route without one fails the first test below. */
const COMMANDS = commandsOn(stage);
let trail: Trail;

beforeAll(async () => {
  await stage.open();
  trail = new Trail(stage.app);
});
afterAll(() => stage.close());

const call = (method: string, path: string, json?: unknown) => stage.app.as(ADMIN, method, path, json);
const biller = () => stage.people.member(stage.org, 'BILLER', 'claims');

describe('every route that changes something', () => {
  const ROUTES = Object.keys(COMMANDS);

  it('is tried here: a new one needs a command of its own', () => {
    const routes = listHandlers(stage.app).flatMap(({ route }) => (route.startsWith('GET ') ? [] : [route.replace('/v1/user-management/', '')]));
    expect(routes.filter((route) => !TRIED_ELSEWHERE.has(route)).sort()).toEqual([...ROUTES].sort());
  });

  it.each(ROUTES)('%s leaves exactly one entry: who, whom, before and after', async (route) => {
    let done: Awaited<ReturnType<Command>> | undefined;
    const entries = await trail.during(async () => {
      done = await COMMANDS[route]!();
    });
    const { answer, expected } = done!;
    expect(answer.status).toBeLessThan(300);
    const requestId = answer.headers.get('x-request-id');
    const own = entries.filter(({ request_id: id }) => id === requestId);
    expect(own).toHaveLength(1);
    const actor = route === 'PATCH users/me' ? expected.target : await stage.app.idOf(ADMIN);
    const { before, after, personal } = expected;
    expect(own[0]).toMatchObject({
      ...{ action: expected.action, actor: { type: 'user', id: actor }, target: { id: expected.target }, impersonator_id: null },
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(personal === undefined ? {} : { personal }),
    });
  });
});

describe('what leaves no entry', () => {
  const nothing = async (request: () => Promise<Answer>, status: number) => {
    const person = await biller();
    const entries = await trail.during(async () => expect((await request()).status).toBe(status));
    expect(entries.filter(({ target }) => target.id === person.id)).toEqual([]);
    return entries;
  };

  it('is a refusal of what somebody may not do', async () => {
    const entries = await nothing(async () => stage.app.as((await biller()).email, 'POST', 'admin/users', newUser()), 403);
    expect(entries.map(({ action }) => action)).toEqual(['USER_CREATED', 'USER_CREATED'].slice(0, entries.length));
  });

  it('is a command that is undone, with everything it did', async () => {
    const taken = await biller();
    const entries = await trail.during(() => call('POST', 'admin/users', newUser({ email: taken.email })));
    expect(entries).toEqual([]);
  });

  it('is a repeated command that changes nothing, and the repeated answer of an Idempotency-Key', async () => {
    const person = await biller();
    await call('DELETE', `admin/users/${person.id}`);
    expect(await trail.during(() => call('DELETE', `admin/users/${person.id}`))).toEqual([]);
    const key = { 'idempotency-key': unique('key') };
    const send = () => stage.app.as(ADMIN, 'POST', 'admin/organisations', { id: `o-${key['idempotency-key']}`, name: 'x' }, key);
    expect(await trail.during(send)).toHaveLength(1);
    expect(await trail.during(send)).toEqual([]);
  });
});
