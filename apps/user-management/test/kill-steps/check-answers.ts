import type { Tenant } from '../identity-tenants.js';
import type { Answer } from './killable-service.js';
import type { Operation, Subject } from './operations.js';

/** What was asked, where it was cut off, and what was heard. */
export interface Case {
  operation: Operation;
  subject: Subject;
  /** Where the service was killed; empty when it was not. */
  place: string;
  /** Null when there was no answer. */
  answer: Answer | null;
}

/** A user as the tables have them. */
export interface Person {
  id: string;
  externalId: string | null;
  email: string;
  displayName: string;
  status: string;
  isErased: boolean;
  /** In the words of `textOf`. */
  claims: string;
}

/** Both stores as they are once nothing is left to do. */
export interface Stores {
  people: Person[];
  tenant: Tenant;
  eventsOf: (userId: string) => string[];
}

type Finding = string | false;

/** @returns a sentence for each thing that was answered and does not hold, or holds and was not to be */
export function checkAnswer(one: Case, stores: Stores): string[] {
  const { subject, answer } = one;
  const person = stores.people.find(({ id, email }) => id === subject.userId || email === subject.email);
  const isAcknowledged = answer !== null && answer.status < 300;
  const findings: Finding[] = [
    ...checkPresence(one, person, isAcknowledged),
    ...checkRefusal(one, person, stores.tenant),
    ...checkInvitation(one, person, stores.tenant),
    ...(isAcknowledged && person ? [...checkPromises(one, person, stores), ...checkPassword(one, person, stores.tenant)] : []),
  ];
  return findings.filter((finding) => typeof finding === 'string');
}

/** An error without a user of before means that there is none now. */
function checkPresence({ subject, answer }: Case, person: Person | undefined, isAcknowledged: boolean): Finding[] {
  const isRefusedNew = answer !== null && !isAcknowledged && subject.userId === null;
  return [
    subject.userId !== null && !person && 'a user is gone',
    isAcknowledged && !person && 'what was acknowledged is gone',
    isRefusedNew && person !== undefined && `${answer.status} was answered and the user is there`,
  ];
}

function checkRefusal({ operation, subject }: Case, person: Person | undefined, tenant: Tenant): Finding[] {
  if (!operation.promises.isRefused) return [];
  const [account, ...others] = tenant.accounts().filter(({ email }) => email === subject.email);
  const isUntouched = others.length === 0 && account?.userId === null && !account.blocked;
  return [person !== undefined && 'a refused user is there', !isUntouched && 'somebody else’s account was touched'];
}

function checkInvitation({ operation, subject }: Case, person: Person | undefined, tenant: Tenant): Finding[] {
  const isDue = operation.promises.isInvited === true && person !== undefined;
  return [isDue && tenant.invitations(subject.email) === 0 && 'the person was never told of the account'];
}

function checkPromises({ operation: { promises } }: Case, person: Person, { eventsOf }: Stores): Finding[] {
  return [
    promises.displayName !== undefined && person.displayName !== promises.displayName && 'the acknowledged name is gone',
    promises.status !== undefined && person.status !== promises.status && 'the acknowledged status is gone',
    promises.isErased === true && !person.isErased && 'the acknowledged erasure is gone',
    !eventsOf(person.id).includes(promises.event) && `the outbox has no ${promises.event}`,
  ];
}

/** A one-time password is answered where it was asked for and the account is there, and opens that account. */
function checkPassword({ operation, subject, answer }: Case, person: Person, tenant: Tenant): Finding[] {
  const password = answer?.body?.temporary_password as string | undefined;
  if (password !== undefined) return [person.status === 'active' && !tenant.signIn(subject.email, password) && 'the answered password does not sign in'];
  return [operation.name.includes('temporary') && answer?.body?.identity?.state === 'synced' && 'no password was answered'];
}
