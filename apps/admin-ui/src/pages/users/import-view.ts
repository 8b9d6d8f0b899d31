import type { paths } from '../../api/generated/service.js';

export type ImportView = paths['/v1/user-management/admin/imports/{id}']['get']['responses']['200']['content']['application/json'];

/** Between two looks at an import that runs. */
export const POLL_MS = 500;

export function isOver({ state }: Pick<ImportView, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
