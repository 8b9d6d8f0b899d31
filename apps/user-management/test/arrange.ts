import { randomBytes } from 'node:crypto';
import type { UserContext } from '@sa-platform/contracts';
import { expect } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import type { Answer, TestApp } from './test-app.js';

const ADMIN = 'admin@example.com';
const SERVICE = 'service';

/** A word that nothing else in the database holds. */
export const unique = (prefix: string) => `${prefix}-${randomBytes(5).toString('hex')}`;

export interface Person {
  id: string;
  email: string;
}

export interface MembershipInput {
  organisation_id: string;
  role_key?: string;
  role_id?: string;
  product_ids?: string[];
}

/** As the platform admin, and it has to work. */
export async function asAdmin(app: TestApp, ...[method, path, json]: [method: string, path: string, json?: unknown]): Promise<Answer> {
  const answer = await app.as(ADMIN, method, path, json);
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`);
  return answer;
}

/** An active person with an account at the provider, so `app.as(email, …)` works. */
export async function createPerson(app: TestApp, memberships: MembershipInput[] = [], more: object = {}): Promise<Person> {
  const email = `${unique('person')}@example.com`;
  const { body } = await asAdmin(app, 'POST', 'admin/users', {
    email,
    display_name: 'A Person',
    user_type: 'user',
    memberships,
    provisioning: { delivery: 'none', email_verified: true },
    ...more,
  });
  return { id: String(body.id), email };
}

/** Somebody whom an administrator has entered and who has no subject yet: their account at the provider is gone. */
export async function createPersonWithoutSubject(app: TestApp): Promise<Person> {
  const person = await createPerson(app, [{ organisation_id: 'texas', role_key: 'BILLER' }]);
  const { client } = app.nest.get(Database);
  await client.user.update({ where: { id: person.id }, data: { externalId: null } });
  await client.mockAccount.deleteMany({ where: { emailCanonical: person.email } });
  return person;
}

export async function createOrganisation(app: TestApp): Promise<string> {
  const id = unique('org');
  await asAdmin(app, 'POST', 'admin/organisations', { id, name: id });
  return id;
}

export async function createRole(app: TestApp, organisationId: string | null, permissions: string[]): Promise<{ id: string; key: string }> {
  const key = unique('R');
  const { body } = await asAdmin(app, 'POST', 'admin/roles', { key, name: key, organisation_id: organisationId, permissions });
  return { id: String(body.id), key };
}

/** The context as a sibling service sees it. */
export async function contextOf(app: TestApp, userId: string): Promise<UserContext> {
  const { status, body } = await app.as(SERVICE, 'GET', `users/${userId}/context`);
  expect(status).toBe(200);
  return body as UserContext;
}

/** The membership of the person in the organisation, of which there is one. */
export async function membershipIn(app: TestApp, userId: string, organisationId: string): Promise<string> {
  const { memberships } = await contextOf(app, userId);
  const own = memberships.filter(({ organisation_id }) => organisation_id === organisationId);
  expect(own).toHaveLength(1);
  return own[0]!.membership_id;
}

/** Every problem is one of ours: the media type, the code and the same status inside and outside. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body.status).toBe(status);
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
