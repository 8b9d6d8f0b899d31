import { IdentityProviderError, type IdentityClaims } from '@sa-platform/identity-provider';

const MAX_EMAIL_LENGTH = 254;
const MAX_TEXT_LENGTH = 255;
const EMAIL = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u;
const TEXT = /^[^\p{Cc}\p{Cs}]+$/u;
const IDENTIFIER = /^[\x21-\x7e]{1,255}$/;
const PHONE = /^[0-9+()./ -]{1,64}$/;

/** An e-mail as typed and as compared. */
export interface ParsedEmail {
  email: string;
  emailCanonical: string;
}

/**
 * Validates after canonicalising, since Unicode normalisation can bring in an `@` or a blank.
 *
 * @throws IdentityProviderError `rejected`; the message does not repeat the input
 */
export function parseEmail(input: unknown, canonicalEmail: (email: string) => string): ParsedEmail {
  if (typeof input !== 'string' || input.length > MAX_EMAIL_LENGTH) throw rejected('the e-mail');
  const emailCanonical = canonicalOrEmpty(input, canonicalEmail);
  const email = input.trim();
  const isValid = [email, emailCanonical].every((text) => text.length <= MAX_EMAIL_LENGTH && EMAIL.test(text));
  if (!isValid) throw rejected('the e-mail');
  return { email, emailCanonical };
}

/** A line of text a person wrote; control characters and lone surrogates don't survive a database. */
export function parseText(input: unknown, name: string): string {
  if (typeof input !== 'string' || input.length > MAX_TEXT_LENGTH || !TEXT.test(input)) throw rejected(name);
  return input;
}

/** A telephone number, or null for none. */
export function parsePhone(input: unknown): string | null {
  if (input === null) return null;
  if (typeof input !== 'string' || !PHONE.test(input)) throw rejected('the phone');
  return input;
}

/** Our user id. */
export function parseUserId(input: unknown): string {
  if (!isIdentifier(input)) throw rejected('the user id');
  return input;
}

/** Whether this can be a subject or an id at all; anything else is not worth a query. */
export function isIdentifier(input: unknown): input is string {
  return typeof input === 'string' && IDENTIFIER.test(input);
}

/** Copies the four known members, each text checked, so nothing else can ride along into storage. */
export function parseClaims(input: IdentityClaims): IdentityClaims {
  const isList = Array.isArray(input.roles) && Array.isArray(input.organisations);
  if (!isList) throw rejected('the claims');
  return {
    user_type: parseText(input.user_type, 'the user type') as IdentityClaims['user_type'],
    status: parseText(input.status, 'the status') as IdentityClaims['status'],
    roles: input.roles.map((role) => parseText(role, 'a role')),
    organisations: input.organisations.map((organisation) => parseText(organisation, 'an organisation')),
  };
}

function canonicalOrEmpty(email: string, canonicalEmail: (email: string) => string): string {
  try {
    return canonicalEmail(email);
  } catch {
    return '';
  }
}

function rejected(name: string): IdentityProviderError {
  return new IdentityProviderError('rejected', 'not_done', `${name} is not valid`);
}
