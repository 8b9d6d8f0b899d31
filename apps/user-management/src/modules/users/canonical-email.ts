import { z } from 'zod';
import { isPrintable } from '../../platform/http/validation.js';

const LONGEST = 254;
/** Invisible characters (`\p{C}`: zero width, direction marks …) are refused: two addresses that look alike would differ. */
const ADDRESS =
  /^[^\s\p{C}@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u;

/**
 * What two addresses are compared by on every engine: trimmed, NFKC, lower case (DESIGN section 9). Normalising comes
 * before validating: a full-width `＠` becomes a second `@` (Auth.js GHSA-7rqj).
 */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** @param canonical an address that went through `canonicalEmail` */
export function isEmailAddress(canonical: string): boolean {
  return canonical.length <= LONGEST && isPrintable(canonical) && ADDRESS.test(canonical);
}

/** An address as typed, trimmed; what it normalises to must be one. */
export const emailAddress = z
  .string()
  .trim()
  .max(LONGEST, `must be at most ${LONGEST} characters`)
  .refine((value) => isPrintable(value) && isEmailAddress(canonicalEmail(value)), { message: 'must be an e-mail address' });
