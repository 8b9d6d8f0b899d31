import { buildContext, buildMembership } from '../testing/index.js';
import { readEvent, readHeartbeat } from './read-message.js';

const alice = buildContext({ user_id: 'alice', version: 5 });
const bob = buildContext({ user_id: 'bob', version: 5 });
const admin = buildContext({ user_id: 'admin', is_platform_admin: true });
const clinician = buildContext({ user_id: 'clinician', user_type: 'clinician' });
const biller = buildContext({
  user_id: 'biller',
  memberships: [buildMembership({ role: { id: 'role-1', key: 'BILLER', name: 'Biller' } })],
});
const everybody = [alice, bob, admin, clinician, biller];

/** Whom the event makes us ask about again. */
const affectedBy = (event: object): string[] => {
  const read = readEvent(JSON.stringify({ sequence: 1, user_id: null, version: null, payload: {}, ...event }));
  return everybody.filter((context) => read?.invalidation.affects(context)).map(({ user_id: id }) => id);
};
const all = everybody.map(({ user_id: id }) => id);
const roleChanged = (payload: unknown): object => ({ type: 'users.permissions.changed', payload });

test.each<[string, object, string[]]>([
  ['a user with a newer version', { type: 'users.updated', user_id: 'alice', version: 6 }, ['alice']],
  ['a user with the version at hand', { type: 'users.updated', user_id: 'alice', version: 5 }, []],
  ['a user without a version', { type: 'users.erased', user_id: 'alice' }, ['alice']],
  ['a user with a version that is none', { type: 'users.updated', user_id: 'alice', version: '4' }, ['alice']],
  ['a user, of a type unheard of', { type: 'users.blessed', user_id: 'alice', version: 6 }, ['alice']],
  ['a role, by a membership', roleChanged({ role_id: 'role-1', role_key: 'BILLER' }), ['biller']],
  ['a role of the same key elsewhere', roleChanged({ role_id: 'role-2', role_key: 'BILLER' }), []],
  ['the role of a user type', roleChanged({ role_id: 'role-9', role_key: 'clinician' }), ['clinician']],
  ['a role, without its id', roleChanged({ role_key: 'BILLER' }), all],
  ['a role, without its key', roleChanged({ role_id: 'role-1' }), all],
  ['a role, without a payload', roleChanged(null), all],
  ['new permissions', { type: 'permissions.registered' }, ['admin']],
  ['a webhook', { type: 'webhooks.disabled', payload: { webhook_id: 'webhook-1', reason: 'gone' } }, []],
  ['nobody, of a type unheard of', { type: 'organisations.renamed', payload: { role_id: 'role-1', role_key: 'BILLER' } }, all],
])('an event about %s', (_what, event, expected) => {
  expect(affectedBy(event)).toEqual(expected);
});

test('answers the sequence', () => {
  expect(readEvent('{"sequence":12,"user_id":"alice"}')?.sequence).toBe(12);
  expect(readHeartbeat('{"sequence":0,"at":"2026-11-21T10:00:00.000Z"}')).toBe(0);
});

test.each(['', '{', 'null', '7', '"7"', '{}', '{"sequence":"7"}', '{"sequence":-1}', '{"sequence":1.5}', '{"sequence":1e20}'])(
  '%s is neither event nor heartbeat',
  (message) => {
    expect(readEvent(message)).toBeNull();
    expect(readHeartbeat(message)).toBeNull();
  },
);
