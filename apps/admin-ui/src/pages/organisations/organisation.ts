import type { paths } from '../../api/generated/service.js';

export const ORGANISATIONS = '/v1/user-management/admin/organisations';

export type Organisation = paths[typeof ORGANISATIONS]['get']['responses'][200]['content']['application/json']['items'][number];
