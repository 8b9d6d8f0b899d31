import { describe, expect, it } from '@jest/globals';
import { mailRetryDelay, readMailFailure, type MailFailure } from './mail-retry.js';

const MINUTE_MS = 60_000;

describe('the wait before the next attempt at a mail', () => {
  const waits = (kind: MailFailure['kind'], attempts: number[]) => attempts.map((count) => mailRetryDelay(kind, count, 1));

  it('doubles, up to ten minutes while nothing goes through the relay', () => {
    expect(waits('outage', [0, 1, 2, 9, 10, 5_000])).toEqual([1_000, 2_000, 4_000, 512_000, 600_000, 600_000]);
  });

  it('is longer where the relay puts one mail off, and of hours where it refuses it', () => {
    expect(waits('deferred', [0, 1, 5, 6, 50])).toEqual([1, 2, 32, 60, 60].map((minutes) => minutes * MINUTE_MS));
    expect(waits('refused', [0, 1, 3, 4, 50])).toEqual([60, 120, 480, 720, 720].map((minutes) => minutes * MINUTE_MS));
  });

  it('is spread over half its length', () => {
    expect(mailRetryDelay('outage', 2, 0)).toBe(2_000);
    expect(mailRetryDelay('refused', 0, 0)).toBe(30 * MINUTE_MS);
  });
});

describe('a failure', () => {
  const failure = (properties: object) => readMailFailure(Object.assign(new Error('550 ada@example.com: no'), properties));

  it.each([
    [{ code: 'EENVELOPE', responseCode: 550, permanent: true }, 'EENVELOPE 550', 'refused'],
    [{ code: 'EMESSAGE', responseCode: 554, permanent: true }, 'EMESSAGE 554', 'refused'],
    [{ code: 'EENVELOPE', responseCode: 451, permanent: false }, 'EENVELOPE 451', 'deferred'],
    [{ code: 'EENVELOPE', responseCode: 421, permanent: false }, 'EENVELOPE 421', 'outage'],
    [{ code: 'EAUTH', responseCode: 535, permanent: true }, 'EAUTH 535', 'outage'],
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'ESOCKET ECONNREFUSED', 'outage'],
    [{ code: 'ETIMEDOUT' }, 'ETIMEDOUT', 'outage'],
  ])('%j is told as %s and is %s', (properties, reason, kind) => {
    expect(failure(properties)).toEqual({ reason, kind });
  });

  it('leaves nothing of what the relay said', () => {
    expect(failure({}).reason).toBe('Error');
    expect(failure({ code: 'to ada@example.com', responseCode: 'smtp://u:p@h' }).reason).toBe('Error');
    expect(readMailFailure('ada@example.com').reason).toBe('unknown');
    expect(readMailFailure(undefined).reason).toBe('unknown');
    expect(failure({ code: 'X'.repeat(40) }).reason).toHaveLength(32);
  });
});
