import { z } from 'zod';
import { invalidField } from '../../platform/errors/app-error.js';
import { decodeCursor } from '../../platform/http/cursor.js';
import type { Reached } from './verify-chain.js';

/** Where verifying goes on: inside a chain, or with the one behind it. */
export interface VerificationCursor {
  chain: string;
  reached: Reached | null;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const schema = z.strictObject({
  chain: z.string().regex(/^:?[A-Za-z0-9_-]{1,64}$/),
  reached: z
    .strictObject({
      sequence: count,
      hash,
      removal: z.strictObject({ through: count, hash }).nullable(),
    })
    .nullable(),
});

/**
 * @param cursor as `next_cursor` gave it; whoever forges one deceives nobody but themselves
 * @throws AppError 400 that names `cursor`
 */
export function parseCursor(cursor: string): VerificationCursor {
  const parsed = schema.safeParse(decodeCursor(cursor));
  if (!parsed.success) throw invalidField('cursor', 'is not a next_cursor of a verification');
  return parsed.data;
}
