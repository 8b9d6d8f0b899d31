import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import { z } from 'zod';
import { id } from '../../platform/http/validation.js';

const MOST_CONTEXTS = 100;

export const ContextsDto = z.strictObject({
  user_ids: z.array(id).min(1).max(MOST_CONTEXTS, `must name at most ${MOST_CONTEXTS} users`),
});
export type ContextsDto = z.output<typeof ContextsDto>;

/** The sender's token stands in one of the last three; the guard has read it by then. */
export const UserContextMessageDto = z.strictObject({
  user_id: id.optional(),
  metadata: z.unknown().optional(),
  authorization: z.unknown().optional(),
  token: z.unknown().optional(),
});
export type UserContextMessageDto = z.output<typeof UserContextMessageDto>;

export const ContextView = z
  .object({
    user_id: z.string(),
    external_id: z.string().nullable(),
    email: z.string(),
    display_name: z.string(),
    user_type: z.enum(USER_TYPES),
    status: z.enum(USER_STATUSES),
    is_platform_admin: z.boolean(),
    permissions: z.array(z.string()).describe('Hold in every organisation'),
    memberships: z.array(
      z.object({
        membership_id: z.string(),
        organisation_id: z.string(),
        organisation_name: z.string(),
        role: z.object({ id: z.string(), key: z.string(), name: z.string() }),
        permissions: z.array(z.string()).describe('Hold in this organisation only'),
        products: z.array(z.object({ product_id: z.string(), key: z.string() })),
        expires_at: z.string().nullable(),
      }),
    ),
    version: z.number().int().describe('Rises with every change of the content'),
  })
  .describe('Who this is and what they may do');

export const ContextAnswers = z.object({
  items: z.array(
    z.union([
      z.object({ user_id: z.string(), context: ContextView }),
      z.object({ user_id: z.string(), error: z.string().describe('Error code, for example user.not_found') }),
    ]),
  ),
});
