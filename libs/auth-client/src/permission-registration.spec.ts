import { jest } from '@jest/globals';
import { AuthError } from './auth-error.js';
import { PermissionRegistration } from './permission-registration.js';

const DOWN = new AuthError('context.unavailable');

const errors: Error[] = [];
let tries: number;
let outcome: () => Promise<void>;
let registration: PermissionRegistration;

beforeEach(() => {
  jest.useFakeTimers();
  errors.length = 0;
  tries = 0;
  outcome = () => Promise.reject(DOWN);
  registration = new PermissionRegistration(
    () => {
      tries += 1;
      return outcome();
    },
    (error) => errors.push(error),
  );
});
afterEach(() => jest.useRealTimers());

describe('the registration of permissions', () => {
  it('is over when it worked', async () => {
    outcome = () => Promise.resolve();
    await registration.start();
    expect([tries, errors, jest.getTimerCount()]).toEqual([1, [], 0]);
  });

  it('tells of a failure, and starts nevertheless', async () => {
    await registration.start();
    expect(errors).toEqual([DOWN]);
  });

  it('is tried again with growing pauses, half a minute at most, until it works', async () => {
    await registration.start();
    const pauses: number[] = [];
    for (let lastAtMs = Date.now(); pauses.length < 7; ) {
      const before = tries;
      while (tries === before) await jest.advanceTimersByTimeAsync(500);
      pauses.push((Date.now() - lastAtMs) / 1_000);
      lastAtMs = Date.now();
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    outcome = () => Promise.resolve();
    await jest.advanceTimersByTimeAsync(30_000);
    expect([tries, errors.length, jest.getTimerCount()]).toEqual([9, 8, 0]);
  });

  it('is tried again after an error that nobody foresaw', async () => {
    outcome = () => Promise.reject(new TypeError('?'));
    await registration.start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(tries).toBe(2);
  });

  it.each(['access.denied', 'request.invalid'] as const)('is ended by the refusal %s', async (code) => {
    outcome = () => Promise.reject(new AuthError(code));
    await registration.start();
    expect(errors).toEqual([expect.objectContaining({ code })]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('keeps no process alive while it waits', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await registration.start();
    expect(timers.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([false]);
  });

  it('stops while it waits', async () => {
    await registration.start();
    registration.stop();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('stops in the middle of a try: its failure is neither told nor followed by another', async () => {
    let fail = (): void => undefined;
    outcome = () => new Promise((_resolve, reject) => { fail = () => reject(DOWN); });
    const started = registration.start();
    registration.stop();
    fail();
    await started;
    expect([tries, errors, jest.getTimerCount()]).toEqual([1, [], 0]);
  });

  it('stops when whoever hears of a failure says so', async () => {
    const stopping: PermissionRegistration = new PermissionRegistration(() => Promise.reject(DOWN), () => stopping.stop());
    await stopping.start();
    expect(jest.getTimerCount()).toBe(0);
  });
});
