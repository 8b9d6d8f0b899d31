import fc from 'fast-check';
import type { Command, CommandOf, Commands, Kind, Plot } from './commands.js';
import type { MembershipRef } from './state.js';
import { CUSTOM_ROLES, MEMBERSHIPS, ORGANISATIONS, PEOPLE, PRODUCTS } from './world.js';

type Drawn<Value> = fc.Arbitrary<Value>;

const NEWCOMERS = ['newcomer', 'latecomer'];
/** Made by the sequences themselves, where at all: one key in organisations and on the platform. */
const EXTRA = 'EXTRA';
/** In the order in which the database reads them back. */
const PERMISSIONS = ['admin:roles:write', 'admin:users:write', 'cases:write', 'claims:read', 'claims:write', 'events:read'];

const anybody = fc.constantFrom(...Object.keys(PEOPLE), ...NEWCOMERS);
const anywhere = fc.constantFrom(...ORGANISATIONS);
const anyRole = fc.constantFrom(
  ...Object.keys(CUSTOM_ROLES),
  ...['texas/EXTRA', 'ohio/EXTRA'],
  ...['TENANT_ADMIN', 'BILLING_LEAD', 'READONLY', 'clinician', EXTRA].map((key) => `platform/${key}`),
);
const type = fc.constantFrom('user' as const, 'user' as const, 'patient' as const, 'clinician' as const, 'admin' as const);
const end = fc.constantFrom('never' as const, 'later' as const);
const product = fc.constantFrom(...PRODUCTS);
const products = fc.subarray(PRODUCTS);
const permissions = fc.subarray(PERMISSIONS, { maxLength: 3 });

const mostly = <Value>(usual: Drawn<Value>, any: Drawn<Value>): Drawn<Value> =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: any });

/** Where somebody administers, what they mostly ask for is there: else nearly everything would be refused for its place. */
interface Place {
  weight: number;
  organisations: string[];
  administrators: string[];
}

const PLACES: Place[] = [
  { weight: 5, organisations: ['texas'], administrators: ['texas-admin', 'two-admin', 'deputy', 'deputy'] },
  { weight: 2, organisations: ['ohio'], administrators: ['ohio-admin', 'two-admin'] },
  { weight: 1, organisations: ['utah'], administrators: ['utah-admin'] },
  { weight: 3, organisations: ORGANISATIONS, administrators: ['root', 'root', 'chief'] },
];

interface Words {
  by: Drawn<string>;
  user: Drawn<string>;
  organisation: Drawn<string>;
  role: Drawn<string>;
  membership: Drawn<MembershipRef>;
}

function wordsOf({ organisations, administrators }: Place): Words {
  const here = MEMBERSHIPS.filter((membership) => organisations.includes(membership.organisation));
  const organisation = mostly(fc.constantFrom(...organisations), anywhere);
  const user = mostly(fc.constantFrom(...here.map((membership) => membership.user), ...administrators, ...NEWCOMERS), anybody);
  const own = Object.keys(CUSTOM_ROLES).filter((name) => organisations.includes(CUSTOM_ROLES[name]!.organisation));
  const role = own.length === 0 ? anyRole : fc.oneof(fc.constantFrom(...own), anyRole);
  const any = fc.record({ user: anybody, organisation: anywhere, role: anyRole });
  const membership = mostly<MembershipRef>(fc.constantFrom(...here.map(({ isTemporary: _, ...ref }) => ref)), any);
  return { by: mostly(fc.constantFrom(...administrators), anybody), user, organisation, role, membership };
}

/** A weight, and how the words of the command are found. */
type Drawing<K extends Kind> = [weight: number, draw: (words: Words) => Drawn<Commands[K]>];

const aboutUser = ({ user }: Words): Drawn<{ user: string }> => fc.record({ user });
const givenByKey = ({ organisation }: Words) =>
  fc.record({ organisation, key: fc.constantFrom('TENANT_ADMIN', 'BILLER', 'READONLY', 'GUEST', 'SURGERY', EXTRA) });
const waiting = mostly(fc.constantFrom('waiting', 'stranger'), anybody);

const DRAWINGS: { [K in Kind]: Drawing<K> } = {
  'create user': [
    3,
    ({ organisation, role }) =>
      fc.record({ user: fc.constantFrom(...NEWCOMERS, 'biller'), type, memberships: fc.array(fc.record({ organisation, role, products }), { maxLength: 2 }) }),
  ],
  rename: [2, aboutUser],
  'set status': [4, ({ user }) => fc.record({ user, status: fc.constantFrom('active' as const, 'suspended' as const, 'deactivated' as const) })],
  deactivate: [2, aboutUser],
  approve: [3, (words) => fc.record({ user: waiting, type, member: fc.option(givenByKey(words)) })],
  'approve many': [
    1,
    (words) =>
      fc.record({
        users: fc.oneof(fc.uniqueArray(waiting, { minLength: 1, maxLength: 3 }), fc.constant('all' as const)),
        type,
        member: fc.option(givenByKey(words)),
      }),
  ],
  'change type': [3, ({ user }) => fc.record({ user, type })],
  revoke: [3, aboutUser],
  erase: [2, aboutUser],
  'reset password': [1, aboutUser],
  'resend invitation': [1, aboutUser],
  'revoke sessions': [1, aboutUser],
  'sync identity': [1, aboutUser],
  'add membership': [5, ({ user, organisation, role }) => fc.record({ user, organisation, role, products, end })],
  'give role': [4, ({ membership, role }) => fc.tuple(membership, role).map(([ref, to]) => ({ ...ref, to }))],
  'set end': [3, ({ membership }) => fc.tuple(membership, end).map(([ref, when]) => ({ ...ref, end: when }))],
  'remove membership': [4, ({ membership }) => membership],
  'grant product': [2, ({ membership }) => fc.tuple(membership, product).map(([ref, what]) => ({ ...ref, product: what }))],
  'take product': [1, ({ membership }) => fc.tuple(membership, product).map(([ref, what]) => ({ ...ref, product: what }))],
  'create role': [
    2,
    ({ organisation }) => fc.record({ organisation: fc.option(organisation), key: fc.constantFrom(EXTRA, EXTRA, 'GUEST', 'BILLER'), permissions }),
  ],
  'edit role': [4, ({ role }) => fc.record({ role: fc.oneof({ weight: 4, arbitrary: role }, { weight: 1, arbitrary: fc.constant('platform/user') }), permissions })],
  'delete role': [1, ({ role }) => fc.record({ role: fc.oneof(role, fc.constantFrom('texas/SPARE', 'texas/EXTRA', 'platform/EXTRA')) })],
  'create organisation': [1, () => fc.record({ organisation: fc.constantFrom('utah', 'idaho') })],
  'create product': [1, () => fc.record({ product: fc.constantFrom('claims', 'reports') })],
  'import row': [
    3,
    ({ user, organisation }) =>
      fc.record({
        user,
        type,
        displayName: fc.option(fc.constant('Imported')),
        member: fc.option(fc.record({ organisation, key: fc.constantFrom('BILLER', 'READONLY', 'GUEST', 'TENANT_ADMIN'), products })),
      }),
  ],
  'let it end': [1, () => fc.constantFrom(...MEMBERSHIPS.filter(({ isTemporary }) => isTemporary).map(({ isTemporary: _, ...ref }) => ref))],
};

export const KINDS = Object.keys(DRAWINGS) as Kind[];

function commandOf<K extends Kind>(kind: K, words: Words): Drawn<CommandOf<K>> {
  const [, draw] = DRAWINGS[kind];
  return fc.tuple(kind === 'let it end' ? fc.constant('nobody') : words.by, draw(words)).map(([by, said]) => ({ do: kind, by, ...said }));
}

function anyCommandAt(place: Place): Drawn<Command> {
  const words = wordsOf(place);
  return fc.oneof(...KINDS.map((kind) => ({ weight: DRAWINGS[kind][0], arbitrary: commandOf(kind, words) as Drawn<Command> })));
}

/** Any command by anybody, most of them by those who administer something and about what is there. */
const anyCommand: Drawn<Command> = fc.oneof(...PLACES.map((place) => ({ weight: place.weight, arbitrary: anyCommandAt(place) })));

/** What happens before costs as much as the way it goes on: each history serves that many. */
export const WAYS = 5;

export const anyPlot: Drawn<Plot> = fc.record({
  history: fc.array(anyCommand, { maxLength: 7 }),
  ways: fc.array(anyCommand, { minLength: WAYS, maxLength: WAYS }),
});
