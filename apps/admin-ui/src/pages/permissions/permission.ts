import type { paths } from '../../api/generated/service.js';

export const PERMISSIONS = '/v1/user-management/permissions';

export type Permission = paths[typeof PERMISSIONS]['get']['responses'][200]['content']['application/json']['items'][number];
