import type { paths } from '../../api/generated/service.js';

type Answer<Path extends keyof paths> = paths[Path] extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } } ? Body : never;

export type Webhook = Answer<'/v1/user-management/admin/webhooks/{id}'>;
export type Delivery = Answer<'/v1/user-management/admin/webhooks/{id}/deliveries'>['items'][number];
