import type { paths } from '../../api/generated/service.js';

export type PendingPage = paths['/v1/user-management/admin/users/pending']['get']['responses'][200]['content']['application/json'];
export type PendingUser = PendingPage['items'][number];

/** What the queue shows; it stands in the address. */
export interface ApprovalSearch {
  search?: string;
  cursor?: string;
}

/** Reads the address; what it doesn't know is left out. */
export function readApprovalSearch({ search, cursor }: Record<string, unknown>): ApprovalSearch {
  return {
    ...(typeof search === 'string' && search !== '' ? { search } : {}),
    ...(typeof cursor === 'string' && cursor !== '' ? { cursor } : {}),
  };
}
