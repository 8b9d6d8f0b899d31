import { expect } from '@jest/globals';
import { expectProblem } from './arrange.js';
import { ADMIN } from './people.js';
import type { Answer, TestApp } from './test-app.js';
import { decode, type Json } from './sign-token.js';

/** Asks to act as the user. */
export function impersonate(app: TestApp, userId: string, who = ADMIN, headers?: Record<string, string>): Promise<Answer> {
  return app.as(who, 'POST', `admin/users/${userId}/impersonation`, { reason: 'Ticket 4711' }, headers);
}

/** The token of an admin who acts as the user, and it has to be given. */
export async function tokenFor(app: TestApp, userId: string, who = ADMIN): Promise<string> {
  const { status, body, text } = await impersonate(app, userId, who);
  if (status !== 201) throw new Error(`answered ${status} ${text}`);
  return String(body.access_token);
}

export const claimsOf = (token: string): Json => decode(token.split('.')[1]);
export const headerOf = (token: string): Json => decode(token.split('.')[0]);

/** Whom the token speaks for at each of the replicas. */
export async function whoIs(token: string, ...replicas: TestApp[]): Promise<string[]> {
  const answers = await Promise.all(replicas.map((replica) => replica.request('GET', 'users/me', { token })));
  return answers.map(({ status, body }) => String(status === 200 ? body.id : body.code));
}

/** No replica lets the token in. */
export async function expectEnded(token: string, ...replicas: TestApp[]): Promise<void> {
  for (const replica of replicas) {
    for (const path of ['users/me', 'users/me/context', 'admin/users']) {
      const answer = await replica.request('GET', path, { token });
      expectProblem(answer, 401, 'impersonation.ended');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
  }
}
