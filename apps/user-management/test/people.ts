import { expect } from '@jest/globals';
import { ERRORS, type ErrorCode } from '@sa-platform/contracts';
import { Database } from '../src/platform/database/database.js';
import type { PrismaClient } from '../src/platform/database/generated/postgresql/client.js';
import type { Answer, TestApp } from './test-app.js';

export const ADMIN = 'admin@example.com';

/** What a test says of a membership: organisation, role, products. */
export type MembershipInput = { organisation_id: string; role_key?: string; role_id?: string; product_ids?: string[] };

export interface Person {
  id: string;
  email: string;
}

let counter = 0;

/** An id, key or name that no other test of this process uses. */
export function unique(prefix: string): string {
  counter += 1;
  return `${prefix}-${process.pid}-${counter}`;
}

/** Makes organisations, roles and people over HTTP as the platform admin; a step that fails stops the test. */
export class People {
  constructor(private readonly app: TestApp) {}

  async organisation(): Promise<string> {
    const id = unique('org');
    await this.admin('POST', 'admin/organisations', { id, name: `Name of ${id}` });
    return id;
  }

  /** A custom role of the organisation. @returns its id */
  async role(organisationId: string, permissions: string[]): Promise<string> {
    const body = { key: unique('role'), name: 'Custom', organisation_id: organisationId, permissions };
    return String((await this.admin('POST', 'admin/roles', body)).body.id);
  }

  /** An active user who holds these memberships; they have an account without a password. */
  async user(memberships: MembershipInput[] = [], more: Record<string, unknown> = {}): Promise<Person> {
    const email = `${unique('person')}@example.com`;
    const body = { email, display_name: 'Some Person', user_type: 'user', provisioning: { delivery: 'none' }, memberships, ...more };
    const { body: created } = await this.admin('POST', 'admin/users', body);
    return { id: String(created.id), email: String(created.email) };
  }

  member(organisationId: string, roleKey: string, ...products: string[]): Promise<Person> {
    return this.user([{ organisation_id: organisationId, role_key: roleKey, product_ids: products }]);
  }

  async admin(method: string, path: string, json?: unknown): Promise<Answer> {
    const answer = await this.app.as(ADMIN, method, path, json);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer;
  }

  /** The user as the platform admin sees them. */
  async view(userId: string): Promise<Answer['body']> {
    return (await this.admin('GET', `admin/users/${userId}`)).body;
  }

  async context(userId: string): Promise<Answer['body']> {
    return (await this.admin('GET', `users/${userId}/context`)).body;
  }

  /** Asks for a new user as somebody, whatever the answer. */
  create(more: Record<string, unknown> = {}, who = ADMIN, headers?: Record<string, string>): Promise<Answer> {
    return this.app.as(who, 'POST', 'admin/users', newUser(more), headers);
  }

  /** Expects the refusal, and that it left no user behind. */
  async expectNothingCreated(request: () => Promise<Answer>, check: (answer: Answer) => void): Promise<void> {
    const before = await this.count();
    check(await request());
    expect(await this.count()).toBe(before);
  }

  /** How many users there are. */
  async count(): Promise<number> {
    return Number((await this.admin('GET', 'admin/users?limit=1')).body.total);
  }

  /** How many events of this type are about the user. */
  async countEvents(userId: string, type: string): Promise<number> {
    return prismaOf(this.app).outboxEvent.count({ where: { userId, type } });
  }
}

/** An address that nobody has. */
export const newEmail = () => `${unique('new')}@example.com`;

/** What creates a user; an address of their own unless one is given. */
export const newUser = (more: Record<string, unknown> = {}) => ({
  email: newEmail(),
  display_name: 'New Person',
  user_type: 'user',
  provisioning: { delivery: 'none' },
  ...more,
});

/** The running service's own database client: PGlite can't be opened twice. */
export function prismaOf(app: TestApp): PrismaClient {
  return app.nest.get(Database).connection.prisma;
}

/** Expects problem+json with this code and the status that belongs to it. */
export function expectRefused(answer: Answer, code: ErrorCode): void {
  expect({ status: answer.status, code: answer.body?.code }).toEqual({ status: ERRORS[code][0], code });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
}

/** Expects 400 `request.invalid` that names the field. */
export function expectInvalid(answer: Answer, field: string): void {
  expectRefused(answer, 'request.invalid');
  expect(answer.body.errors.map((error: { field: string }) => error.field)).toContain(field);
}
