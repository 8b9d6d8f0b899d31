import type { paths } from '../../api/generated/service.js';

export const HOLDERS = '/v1/user-management/admin/permissions/{permission}/holders';

export type Holder = paths[typeof HOLDERS]['get']['responses'][200]['content']['application/json']['items'][number];
