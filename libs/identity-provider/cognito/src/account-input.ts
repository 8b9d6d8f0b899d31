import { IdentityProviderError, type IdentityClaims } from '@sa-platform/identity-provider';

const LONGEST_EMAIL = 254;
const LONGEST_TEXT = 255;
const EMAIL = /^[^\s@"\\\p{C}]+@[^\s@"\\\p{C}]+\.[^\s@"\\\p{C}]+$/u;
const TEXT = /^[^\p{Cc}\p{Cs}]+$/u;
const IDENTIFIER = /^[\x21-\x7e]{1,128}$/;
/** A group's name by Cognito's pattern, which has no blanks; without the comma that separates roles in an attribute. */
const LIST_ITEM = /^(?:(?!,)[\p{L}\p{M}\p{S}\p{N}\p{P}]){1,128}$/u;
const MOST_GROUPS_OF_A_USER = 100;
const PHONE_PUNCTUATION = /[ ().\/-]/g;
const E164 = /^\+[1-9]\d{1,14}$/;

/**
 * The form in which the pool gets every e-mail. Pools made through the API compare case, and `ListUsers` may do so
 * whatever the pool does; in lower case an address is found again everywhere.
 */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/**
 * Validates after canonicalising, since Unicode normalisation can bring in an `@` or a blank.
 *
 * @throws IdentityProviderError `rejected`; the message does not repeat the input
 */
export function parseEmail(input: unknown): string {
  if (typeof input !== 'string' || input.length > LONGEST_EMAIL) throw rejected('the e-mail is not valid');
  const email = canonicalEmail(input);
  if (email.length > LONGEST_EMAIL || !EMAIL.test(email)) throw rejected('the e-mail is not valid');
  return email;
}

/** A line of text a person wrote. */
export function parseText(input: unknown, name: string): string {
  if (typeof input !== 'string' || input.length > LONGEST_TEXT || !TEXT.test(input)) throw rejected(`${name} is not valid`);
  return input;
}

/**
 * Cognito refuses a phone that is not E.164, and with it everything sent along. Ours were typed by people: what becomes
 * E.164 without its punctuation is sent, anything else stays with us alone.
 *
 * @returns blank for none
 */
export function toPhoneNumber(input: unknown): string {
  if (input === null) return '';
  if (typeof input !== 'string') throw rejected('the phone is not valid');
  const digits = input.replaceAll(PHONE_PUNCTUATION, '');
  return E164.test(digits) ? digits : '';
}

/** Whether this can be a name of an account at all; anything else is not worth a call. */
export function isIdentifier(input: unknown): input is string {
  return typeof input === 'string' && IDENTIFIER.test(input);
}

/** Copies the four known members, each checked, so nothing else can ride along. */
export function parseClaims(input: IdentityClaims): IdentityClaims {
  const roles = parseItems(input.roles, 'a role');
  if (roles.length > MOST_GROUPS_OF_A_USER) throw rejected('an account can be in 100 groups');
  return {
    user_type: parseText(input.user_type, 'the user type') as IdentityClaims['user_type'],
    status: parseText(input.status, 'the status') as IdentityClaims['status'],
    roles,
    organisations: parseItems(input.organisations, 'an organisation'),
  };
}

export function rejected(message: string): IdentityProviderError {
  return new IdentityProviderError('rejected', 'not_done', message);
}

function parseItems(input: unknown, name: string): string[] {
  if (!Array.isArray(input)) throw rejected('the claims are not valid');
  return input.map((item: unknown) => {
    if (typeof item !== 'string' || !LIST_ITEM.test(item)) throw rejected(`${name} is not valid`);
    return item;
  });
}
