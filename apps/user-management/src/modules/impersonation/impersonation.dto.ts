import { z } from 'zod';
import { text } from '../../platform/http/validation.js';

const LONGEST_REASON = 500;

export const ImpersonateDto = z.strictObject({
  reason: text(LONGEST_REASON).describe('Why, in words for whoever reads the audit trail'),
});
export type ImpersonateDto = z.output<typeof ImpersonateDto>;

export const ImpersonationAnswer = z.object({
  impersonation_id: z.string(),
  user_id: z.string(),
  access_token: z.string().optional().describe('In this one answer and nowhere else'),
  token_type: z.literal('Bearer'),
  expires_in: z.number().int().describe('In seconds, 900 at most'),
  expires_at: z.string(),
});

export const JwksView = z
  .object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string(), alg: z.string(), use: z.string() })) })
  .describe('A JWK set (RFC 7517)');
