import type { Answer, TestApp } from './test-app.js';

/** A request about the credentials, status or profile of one user. */
export interface Touch {
  name: string;
  /** As the API description writes it, below the base path. */
  route: string;
  json?: (userId: string) => object;
  /** What the user must be for it to make sense; else active. */
  of?: 'pending';
}

const about = (name: string, route: string, json?: object): Touch => ({ name, route, ...(json ? { json: () => json } : {}) });
const one = 'admin/users/:id';

/** One for each route and for each kind of thing that it changes; `users-standing.spec.ts` knows when a route is missing. */
export const TOUCHES: Touch[] = [
  about('the name', `PATCH ${one}`, { display_name: 'Taken over' }),
  about('the contact', `PATCH ${one}`, { phone: '+1 555 0199', preferred_channel: 'phone' }),
  about('the status', `PATCH ${one}`, { status: 'suspended' }),
  about('deactivation', `DELETE ${one}`),
  about('erasure', `POST ${one}/erase`),
  about('a one-time password', `POST ${one}/reset-password`, { delivery: 'temporary_password' }),
  about('a reset by mail', `POST ${one}/reset-password`, {}),
  about('another invitation', `POST ${one}/resend-invitation`),
  about('the sessions', `POST ${one}/revoke-sessions`),
  about('the account', `POST ${one}/identity/sync`),
  about('the type', `PUT ${one}/role`, { role: 'patient' }),
  about('a way back to pending', `POST ${one}/revoke`),
  { name: 'an approval', route: 'POST admin/users/approve', json: (user_id) => ({ user_id, role: 'user' }), of: 'pending' },
  { name: 'approvals', route: 'POST admin/users/bulk-approve', json: (id) => ({ user_ids: [id], role: 'user' }), of: 'pending' },
];

export function send(app: TestApp, who: string, { route, json }: Touch, userId: string): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  return app.as(who, method, path.replace(':id', userId), json?.(userId));
}

/** Why it was refused: of many, the one. */
export function refusalOf({ body }: Answer): string | null {
  return body?.items ? body.items[0].error : (body?.code ?? null);
}
