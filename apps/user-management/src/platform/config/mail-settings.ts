import type { Environment } from './config.schema.js';
import type { ProviderName } from './identity-settings.js';

/** An address with the name that is shown beside it; empty for none. */
export interface MailAddress {
  name: string;
  address: string;
}

/** How a relay is spoken to. */
export interface SmtpSettings {
  host: string;
  port: number;
  /** TLS from the first byte; else from STARTTLS on, where the relay offers it. */
  isSecure: boolean;
  /** Nothing is said without TLS. */
  requiresTls: boolean;
  /** The relay is on this machine: TLS would protect nothing, and its certificate is nobody's. */
  isLocal: boolean;
  credentials: { user: string; pass: string } | null;
}

/** Where mails to people go; null: nowhere. */
export type MailSettings = ({ transport: 'smtp'; from: MailAddress } & SmtpSettings) | { transport: 'mailbox' } | null;

const ADDRESS = /^[^\s\p{C}@"(),:;<>[\\\]]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/u;
const NAMED = /^([^<>]*)<([^<>]+)>$/;
const DEFAULT_PORTS = { smtp: 587, smtps: 465 } as const;
const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

/** @returns null for what is neither `address` nor `Name <address>` */
export function readSender(value: string): MailAddress | null {
  const [, name = '', address = value] = NAMED.exec(value) ?? [];
  if (/\p{C}/u.test(value) || !ADDRESS.test(address.trim())) return null;
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address: address.trim() };
}

/**
 * Everything a relay needs is in the address before the path; options behind a `?` are not taken, since some of them write
 * what is sent into the log.
 *
 * @returns null for what is no such address
 */
export function readSmtpUrl(value: string): SmtpSettings | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || hasMore(url)) return null;
  const credentials = readCredentials(url);
  if (credentials === undefined) return null;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isSecure = url.protocol === 'smtps:';
  const isLocal = LOCAL_HOST.test(host);
  const port = url.port === '' ? DEFAULT_PORTS[isSecure ? 'smtps' : 'smtp'] : Number(url.port);
  return { host, port, isSecure, isLocal, requiresTls: credentials !== null && !isLocal, credentials };
}

/** Read from what was given, so that it is told together with what is malformed. */
export function missingSender(given: Record<string, string | undefined>): string[] {
  const isMissing = given['NODE_ENV'] === 'production' && given['SMTP_URL'] && !given['MAIL_FROM'];
  return isMissing ? ['MAIL_FROM: is required with SMTP_URL in production, relays refuse senders they do not know'] : [];
}

export function toMailSettings(env: Pick<Environment, 'SMTP_URL' | 'MAIL_FROM'>, provider: ProviderName): MailSettings {
  const smtp = env.SMTP_URL === undefined ? null : readSmtpUrl(env.SMTP_URL);
  const from = readSender(env.MAIL_FROM);
  if (smtp !== null && from !== null) return { transport: 'smtp', from, ...smtp };
  return provider === 'mock' ? { transport: 'mailbox' } : null;
}

function hasMore({ pathname, search, hash }: URL): boolean {
  return !/^\/?$/.test(pathname) || search !== '' || hash !== '';
}

/** @returns null without credentials, undefined when they can't be read */
function readCredentials({ username, password }: URL): SmtpSettings['credentials'] | undefined {
  if (username === '' && password === '') return null;
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    return undefined;
  }
}
