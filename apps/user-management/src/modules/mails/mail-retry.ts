const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const LONGEST_REASON = 32;
/** The relay closes down: it says so in the middle of any conversation. */
const SERVICE_NOT_AVAILABLE = 421;

/** Why a mail was not sent. */
export interface MailFailure {
  /** Codes alone: the words of a relay repeat addresses. */
  reason: string;
  /** `outage`: no mail goes through the relay. Else it takes others: `deferred` means later, `refused` means never. */
  kind: 'outage' | 'deferred' | 'refused';
}

/** Where the waits begin and end. A refusal may be somebody's wrong setting at the relay, so it is asked again too, but not often. */
const WAITS_MS: Readonly<Record<MailFailure['kind'], readonly [first: number, longest: number]>> = {
  outage: [SECOND_MS, 10 * MINUTE_MS],
  deferred: [MINUTE_MS, HOUR_MS],
  refused: [HOUR_MS, 12 * HOUR_MS],
};

/** Reads an error of nodemailer; no other property of it is kept. */
export function readMailFailure(error: unknown): MailFailure {
  const { name, code, responseCode, originalCode, permanent } = (error ?? {}) as Record<string, unknown>;
  const codes = [code, responseCode ?? originalCode].filter(isCode);
  const reason = codes.length > 0 ? codes.join(' ') : isCode(name) ? String(name) : 'unknown';
  const isAboutTheMail = (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== SERVICE_NOT_AVAILABLE;
  return { reason: reason.slice(0, LONGEST_REASON), kind: !isAboutTheMail ? 'outage' : permanent === true ? 'refused' : 'deferred' };
}

/**
 * How long to wait before the next attempt, in milliseconds: twice as long each time, with jitter.
 *
 * @param attempts how many failed before this one
 * @param random from 0 to 1
 */
export function mailRetryDelay(kind: MailFailure['kind'], attempts: number, random = Math.random()): number {
  const [first, longest] = WAITS_MS[kind];
  return Math.min(first * 2 ** Math.min(attempts, 20), longest) * (0.5 + random / 2);
}

function isCode(value: unknown): value is string | number {
  return typeof value === 'number' || (typeof value === 'string' && /^[A-Za-z0-9_]{1,40}$/.test(value));
}
