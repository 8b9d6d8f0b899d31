import type { UserStatus } from '@sa-platform/contracts';
import { http } from '../../api/client.js';

const USER = '/v1/user-management/admin/users/{id}';

export const BULK_ACTIONS = ['suspend', 'reactivate', 'deactivate', 'invite'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** Whom an action can be meant for; a pending user is approved elsewhere, and has signed in before they were known. */
const FITTING: Record<BulkAction, readonly UserStatus[]> = {
  suspend: ['active'],
  reactivate: ['suspended', 'deactivated'],
  deactivate: ['pending', 'active', 'suspended'],
  invite: ['active'],
};

export function isFitting(action: BulkAction, { status }: { status: UserStatus }): boolean {
  return FITTING[action].includes(status);
}

/** @throws ProblemError when the service refuses it for this user */
export function perform(action: BulkAction, id: string): Promise<unknown> {
  const params = { path: { id } };
  switch (action) {
    case 'suspend':
      return http.PATCH(USER, { params, body: { status: 'suspended' } });
    case 'reactivate':
      return http.PATCH(USER, { params, body: { status: 'active' } });
    case 'deactivate':
      return http.DELETE(USER, { params });
    case 'invite':
      return http.POST(`${USER}/resend-invitation`, { params });
  }
}
