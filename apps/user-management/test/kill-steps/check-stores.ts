import type { Connection } from '../../src/platform/database/engines/connection.js';
import { textOf, type Account, type Tenant } from '../identity-tenants.js';
import { checkAnswer, type Case, type Person } from './check-answers.js';

/**
 * Compares our database with the provider for everybody, and both with what was answered. It knows nothing of how the
 * service works: the tables, the provider's accounts and the answers are all it looks at.
 *
 * @returns a sentence for each thing that is not as it has to be
 */
export async function checkStores({ prisma }: Pick<Connection, 'prisma'>, tenant: Tenant, cases: Case[]): Promise<string[]> {
  const people = await readPeople(prisma);
  const accounts = tenant.accounts();
  const events = await prisma.outboxEvent.findMany({ select: { userId: true, type: true } });
  const jobs = await prisma.identityJob.findMany({ select: { userId: true, kind: true, state: true, error: true } });
  const eventsOf = (userId: string) => events.filter((event) => event.userId === userId).map(({ type }) => type);
  const stores = { people, tenant, eventsOf };
  const placeOf = (email: string) => cases.find(({ subject }) => subject.email === email);
  const findings = [
    ...jobs.map(({ userId, kind, state, error }) => `${userId}: a job is left (${kind}, ${state}, ${error ?? 'no error'})`),
    ...findStrayAccounts(people, accounts),
    ...people.flatMap((person) => comparePerson(person, accounts.filter(({ email }) => email === person.email)).map((what) => `${person.email}: ${what}`)),
    ...cases.flatMap((one) => checkAnswer(one, stores).map((what) => `${one.subject.email}: ${what}`)),
  ];
  return findings.map((finding) => {
    const known = placeOf(finding.split(': ')[0] ?? '');
    return known ? `${finding} [${known.operation.name}; ${known.place || 'not killed'}]` : finding;
  });
}

async function readPeople(prisma: Connection['prisma']): Promise<Person[]> {
  const users = await prisma.user.findMany({ include: { memberships: { include: { role: true } } } });
  return users.map(({ id, externalId, email, displayName, status, userType, erasedAt, memberships }) => {
    const unique = (names: string[]) => [...new Set(names)];
    const roles = unique(memberships.map(({ role }) => role.key));
    const organisations = unique(memberships.map(({ organisationId }) => organisationId));
    return { id, externalId, email, displayName, status, isErased: erasedAt !== null, claims: textOf(userType, status, roles, organisations) };
  });
}

function findStrayAccounts(people: Person[], accounts: Account[]): string[] {
  return accounts.flatMap(({ email, externalId, userId }) => {
    const isOwned = people.some((person) => person.externalId === externalId);
    // Somebody else made those without our mark.
    return isOwned || userId === null ? [] : [`${email}: an account belongs to nobody`];
  });
}

/** The platform admin of these tests signs in with an account that no provider has; an erased user's would be a stray one. */
function comparePerson(person: Person, accounts: Account[]): string[] {
  const hasNone = person.claims.includes('"admin"') || person.isErased;
  return hasNone ? [] : compareAccount(person, accounts);
}

function compareAccount(person: Person, [account, ...others]: Account[]): string[] {
  if (!account) return ['a user has no account'];
  const isOut = person.status === 'deactivated' || person.status === 'suspended';
  const findings: (string | false | undefined)[] = [
    others.length > 0 && `a user has ${others.length + 1} accounts`,
    account.externalId !== person.externalId && 'the user is linked to something else',
    account.userId !== person.id && 'the account carries another mark',
    account.name !== person.displayName && `the name is ${account.name} at the provider and ${person.displayName} here`,
    account.blocked !== isOut && `the user is ${person.status} and the account ${account.blocked ? 'blocked' : 'not blocked'}`,
    account.claims !== person.claims && `the claims are ${account.claims} at the provider and ${person.claims} here`,
  ];
  return findings.filter((finding) => typeof finding === 'string');
}
