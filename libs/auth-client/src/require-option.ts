import { ConfigurationError } from './auth-error.js';
import { BASE_URL, HTTP_URL, isBaseUrl, isHttpUrl } from './http-url.js';

/** A non-empty string without surrounding or inner white space. */
export function requireText(option: string, value: unknown): string {
  if (typeof value !== 'string' || value === '' || /\s/.test(value)) {
    throw new ConfigurationError(option, 'must be a non-empty string without white space');
  }
  return value;
}

/**
 * An absolute http or https address, answered exactly as given: an issuer is compared byte by byte.
 *
 * @throws ConfigurationError naming the option
 */
export function requireHttpUrl(option: string, value: unknown): string {
  return requireForm(option, value, isHttpUrl, HTTP_URL);
}

/**
 * An absolute http or https address that paths can be appended to.
 *
 * @throws ConfigurationError naming the option
 */
export function requireBaseUrl(option: string, value: unknown): string {
  return requireForm(option, value, isBaseUrl, BASE_URL);
}

/** A finite number from 0 to `max`. */
export function requireNumber(option: string, value: unknown, max: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= max)) {
    throw new ConfigurationError(option, `must be a number from 0 to ${max}`);
  }
  return value;
}

function requireForm(option: string, value: unknown, isForm: (text: string) => boolean, form: string): string {
  const text = requireText(option, value);
  if (!isForm(text)) throw new ConfigurationError(option, `must be ${form}`);
  return text;
}
