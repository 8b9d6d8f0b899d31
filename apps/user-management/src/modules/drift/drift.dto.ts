import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { pageOf, pagingFields } from '../../platform/http/paging.js';
import { id } from '../../platform/http/validation.js';
import { DRIFT_KINDS, DRIFT_STATES, REPAIR_DIRECTIONS } from './drift.js';

const kind = z.enum(DRIFT_KINDS);
const direction = z
  .enum(REPAIR_DIRECTIONS)
  .describe('`push`: the provider follows our database; `pull`: our database takes over what the provider says');

export const ListDriftQuery = z.strictObject({
  ...pagingFields,
  scan_id: id.optional().describe('Not set: the last finished scan, or the running one when there is none'),
  kind: kind.optional(),
  state: z.enum(DRIFT_STATES).optional(),
});
export type ListDriftQuery = z.output<typeof ListDriftQuery>;

export const RepairItemDto = z.strictObject({ direction });
export type RepairItemDto = z.output<typeof RepairItemDto>;

export const RepairAllDto = z.strictObject({
  direction,
  kind: kind.optional().describe('Not set: every kind'),
  scan_id: id.optional().describe('Not set: the last finished scan'),
});
export type RepairAllDto = z.output<typeof RepairAllDto>;

const claims = z.object({
  user_type: z.enum(USER_TYPES),
  status: z.enum(USER_STATUSES),
  roles: z.array(z.string()),
  organisations: z.array(z.string()),
});

export const DriftItemView = z.object({
  id: z.string(),
  scan_id: z.string(),
  kind,
  user_id: z.string().nullable(),
  external_id: z.string().nullable(),
  ours: z
    .object({ status: z.enum(USER_STATUSES), email: z.string().optional(), claims: claims.optional() })
    .nullable()
    .describe('What our database says; null: there is no such user'),
  theirs: z
    .object({
      blocked: z.boolean(),
      is_marked: z.boolean().describe('We created this account'),
      email: z.string().optional(),
      email_verified: z.boolean().optional(),
      is_adoptable: z.boolean().optional().describe('A valid address that nobody has here'),
      claims: claims.nullish(),
    })
    .nullable()
    .describe('What the provider says; null: there is no such account'),
  allowed_repairs: z.array(z.enum(REPAIR_DIRECTIONS)),
  state: z.enum(DRIFT_STATES),
  error: z.string().nullable().describe('Why the last repair did not work'),
  detected_at: z.string(),
});
export type DriftItemView = z.output<typeof DriftItemView>;

export const DriftPage = pageOf(DriftItemView).extend({ scan_id: z.string().nullable() });
export type DriftPage = z.output<typeof DriftPage>;

const runFields = {
  state: z.enum(['running', 'finished', 'failed']),
  error: z.string().nullable().describe('Why the run waits or has ended'),
  started_at: z.string(),
  finished_at: z.string().nullable(),
};

export const DriftScanView = z.object({
  scan_id: z.string(),
  ...runFields,
  phase: z.enum(['accounts', 'users', 'looking_up', 'clearing']),
  accounts_seen: z.number().int(),
  users_compared: z.number().int(),
  items_found: z.number().int(),
});
export type DriftScanView = z.output<typeof DriftScanView>;

export const DriftRepairView = z.object({
  repair_id: z.string(),
  ...runFields,
  scan_id: z.string(),
  direction,
  kind: kind.nullable(),
  repaired: z.number().int(),
  gone: z.number().int().describe('Were no longer so'),
  refused: z.number().int().describe('Stay open; each says why'),
});
export type DriftRepairView = z.output<typeof DriftRepairView>;

export const IdentityStatusView = z.object({
  provider: z.enum(['mock', 'auth0', 'cognito']),
  capabilities: z.object({
    lists: z.enum(['strong', 'eventual']),
    password_change: z.enum(['native', 'action']),
    roles: z.enum(['catalogue', 'claims']),
  }),
  health: z.object({ state: z.enum(['healthy', 'unhealthy']), checked_at: z.string(), error: z.string().nullable() }),
  queue: z.object({
    due: z.number().int(),
    failed: z.number().int(),
    revocations: z.number().int().describe('Of those that are due'),
    oldest_at: z.string().nullable().describe('Since when the oldest that is due waits'),
  }),
  last_scan: DriftScanView.nullable(),
});
export type IdentityStatusView = z.output<typeof IdentityStatusView>;

export const ProviderRolesView = z.object({ roles: z.array(z.string()) });
export type ProviderRolesView = z.output<typeof ProviderRolesView>;
