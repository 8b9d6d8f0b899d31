import { EVENT_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { AuditEntryView } from '../audit/audit.dto.js';
import { DriftItemView } from '../drift/drift.dto.js';
import { AdminUserView } from '../users/users.dto.js';

export const PersonalData = z
  .object({
    exported_at: z.string(),
    limited_to: z
      .array(z.string())
      .nullable()
      .describe('An organisation’s administrator has asked: what belongs to other organisations than these is left out; null: it is all there is'),
    user: AdminUserView.describe('Profile, practitioner profile, patient account, memberships with products, state of the account'),
    events: z
      .array(z.object({ id: z.string(), type: z.enum(EVENT_TYPES), occurred_at: z.string(), organisation_id: z.string().nullable() }))
      .describe('What happened to the person, oldest first'),
    audit: z
      .array(AuditEntryView.pick({ id: true, organisation_id: true, occurred_at: true, action: true, before: true, after: true, personal: true }))
      .describe('What was done with the person, oldest first'),
    imports: z
      .array(z.object({ id: z.string(), state: z.string(), rows: z.number().int(), created_at: z.string(), finished_at: z.string().nullable() }))
      .optional()
      .describe('Files that the person has sent; not in a limited export'),
    drift: z
      .array(DriftItemView.pick({ id: true, kind: true, ours: true, theirs: true, state: true, detected_at: true }))
      .optional()
      .describe('Where the identity provider said otherwise of the person; not in a limited export'),
  })
  .describe('All that is kept about one person');
export type PersonalData = z.output<typeof PersonalData>;
