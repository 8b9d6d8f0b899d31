import { isPasswordRight } from './passwords.js';

const MIN_LENGTH = 10;
const MAX_LENGTH = 200;

/** What a person typed twice. */
export interface NewPassword {
  password: string;
  repeat: string;
}

/** Why it is not taken, by field; the page shows each beside its field. */
export type PasswordProblems = { [field in keyof NewPassword]?: string };

/** Whose password it becomes. */
export interface PasswordOwner {
  emailCanonical: string;
  passwordHash: string | null;
}

/**
 * At least ten characters, not the e-mail, not the password before: length is what counts, so no classes are asked for
 * (NIST SP 800-63B, 3.1.1).
 *
 * @returns null when it may be used
 */
export async function findPasswordProblems(
  { password, repeat }: NewPassword,
  owner: PasswordOwner,
  canonicalEmail: (email: string) => string,
): Promise<PasswordProblems | null> {
  const problem = findShapeProblem(password) ?? (isTheEmail(password, owner, canonicalEmail)
    ? 'Choose a password that is not your e-mail address.'
    : null);
  if (problem !== null) return { password: problem };
  if (password !== repeat) return { repeat: 'The two passwords are not the same.' };
  if (await isPasswordRight(password, owner.passwordHash)) return { password: 'Choose another password than the one before.' };
  return null;
}

function findShapeProblem(password: string): string | null {
  const { length } = Array.from(password.normalize('NFKC'));
  if (length < MIN_LENGTH) return `Use at least ${MIN_LENGTH} characters.`;
  return length > MAX_LENGTH ? `Use at most ${MAX_LENGTH} characters.` : null;
}

function isTheEmail(password: string, owner: PasswordOwner, canonicalEmail: (email: string) => string): boolean {
  try {
    return canonicalEmail(password) === owner.emailCanonical;
  } catch {
    return false;
  }
}
