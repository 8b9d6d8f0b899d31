import { jest } from '@jest/globals';
import { IdentityProviderError } from './errors.js';
import { RequestPacer, type Lane, type PacerOptions } from './request-pacer.js';

const OPTIONS: PacerOptions = { burst: 3, perSecond: 2, maxWaitMs: 2_000 };

interface Asked {
  name: string;
  lane: Lane;
  answer: 'went' | IdentityProviderError | null;
  atMs: number | null;
}

let startedAt: number;
const asked: Asked[] = [];

/** Asks at once, and notes when and how the answer came. */
function ask(pacer: RequestPacer, name: string, lane: Lane = 'ordinary', signal?: AbortSignal): Asked {
  const entry: Asked = { name, lane, answer: null, atMs: null };
  const settle = (answer: Asked['answer']) => Object.assign(entry, { answer, atMs: performance.now() - startedAt });
  pacer.take(lane, signal).then(() => settle('went'), (error: unknown) => settle(error as IdentityProviderError));
  asked.push(entry);
  return entry;
}

const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
const went = () => asked.filter(({ answer }) => answer === 'went')
  .sort((a, b) => Number(a.atMs) - Number(b.atMs)).map(({ name }) => name);

beforeEach(() => {
  jest.useFakeTimers();
  startedAt = performance.now();
  asked.length = 0;
});

afterEach(() => {
  jest.useRealTimers();
});

test('a burst goes at once, the rest as tokens come back', async () => {
  const pacer = new RequestPacer(OPTIONS);
  const all = [1, 2, 3, 4, 5].map((number) => ask(pacer, String(number)));
  await pass(0);
  expect(went()).toEqual(['1', '2', '3']);
  await pass(1_000);
  expect(went()).toEqual(['1', '2', '3', '4', '5']);
  expect(all[3]?.atMs).toBeGreaterThanOrEqual(500);
  expect(all[4]?.atMs).toBeGreaterThanOrEqual(1_000);
});

test('a quiet hour gives no more than one burst', async () => {
  const pacer = new RequestPacer(OPTIONS);
  await pass(3_600_000);
  for (let number = 1; number <= 6; number += 1) ask(pacer, String(number));
  await pass(0);
  expect(went()).toEqual(['1', '2', '3']);
});

test('never more than the burst and what came back since, in any window', async () => {
  const pacer = new RequestPacer(OPTIONS);
  for (let step = 0; step < 100; step += 1) {
    ask(pacer, String(step), step % 7 === 0 ? 'revocation' : 'ordinary');
    await pass(137);
  }
  const times = asked.filter(({ answer }) => answer === 'went').map(({ atMs }) => Number(atMs)).sort((a, b) => a - b);
  expect(times.length).toBeGreaterThan(20);
  for (const [from, start] of times.entries()) {
    for (const [to, end] of times.entries()) {
      if (to >= from) expect(to - from + 1).toBeLessThanOrEqual(3 + ((end - start) / 1000) * 2 + 1e-6);
    }
  }
});

test('ordinary requests leave the reserved tokens to revocations', async () => {
  const pacer = new RequestPacer({ ...OPTIONS, reserved: 2 });
  ask(pacer, 'ordinary 1');
  ask(pacer, 'ordinary 2');
  ask(pacer, 'revocation 1', 'revocation');
  ask(pacer, 'revocation 2', 'revocation');
  await pass(0);
  expect(went()).toEqual(['ordinary 1', 'revocation 1', 'revocation 2']);
});

test('a revocation overtakes everything ordinary that waits, and no revocation', async () => {
  const pacer = new RequestPacer({ ...OPTIONS, burst: 1 });
  for (const name of ['first', 'second', 'third']) ask(pacer, name);
  ask(pacer, 'revocation 1', 'revocation');
  await pass(100);
  ask(pacer, 'revocation 2', 'revocation');
  await pass(2_000);
  expect(went()).toEqual(['first', 'revocation 1', 'revocation 2', 'second', 'third']);
});

test('a request that would wait too long is refused at once, with the time it would have taken', async () => {
  const pacer = new RequestPacer({ ...OPTIONS, maxWaitMs: 900 });
  for (let number = 1; number <= 4; number += 1) ask(pacer, String(number));
  const late = ask(pacer, 'late');
  await pass(0);
  expect(late.answer).toBeInstanceOf(IdentityProviderError);
  expect(late.answer).toMatchObject({ failure: 'throttled', outcome: 'not_done', retryAfterMs: 1_000 });
  expect(late.atMs).toBe(0);
});

test('a request that is overtaken until its time is up is refused then', async () => {
  const pacer = new RequestPacer({ ...OPTIONS, burst: 1, maxWaitMs: 700 });
  ask(pacer, 'first');
  const waiting = ask(pacer, 'waiting');
  ask(pacer, 'revocation', 'revocation');
  await pass(699);
  expect(waiting.answer).toBeNull();
  await pass(2);
  expect(waiting.answer).toMatchObject({ failure: 'throttled', outcome: 'not_done' });
  expect(went()).toEqual(['first', 'revocation']);
});

test('a pause holds every lane back, also when it is told twice', async () => {
  const pacer = new RequestPacer(OPTIONS);
  pacer.pauseFor(1_500);
  pacer.pauseFor(100);
  const both = [ask(pacer, 'revocation', 'revocation'), ask(pacer, 'ordinary')];
  await pass(1_499);
  expect(went()).toEqual([]);
  await pass(2);
  expect(both.map(({ answer }) => answer)).toEqual(['went', 'went']);
});

test('a pause refuses at once whoever can not wait so long, and says until when', async () => {
  const pacer = new RequestPacer({ ...OPTIONS, burst: 1 });
  ask(pacer, 'first');
  const waiting = ask(pacer, 'waiting');
  pacer.pauseFor(60_000);
  const asking = ask(pacer, 'asking', 'revocation');
  await pass(0);
  for (const { answer } of [waiting, asking]) expect(answer).toMatchObject({ failure: 'throttled', retryAfterMs: 60_000 });
});

test('whoever gives up takes no token with them', async () => {
  const pacer = new RequestPacer({ ...OPTIONS, burst: 1 });
  ask(pacer, 'first');
  const hangingUp = new AbortController();
  const gone = ask(pacer, 'gone', 'ordinary', hangingUp.signal);
  const next = ask(pacer, 'next');
  hangingUp.abort();
  await pass(501);
  expect(gone.answer).toMatchObject({ failure: 'throttled', outcome: 'not_done' });
  expect(next.answer).toBe('went');
  expect(ask(pacer, 'too late', 'ordinary', hangingUp.signal).answer).toBeNull();
  await pass(0);
  expect(asked.at(-1)?.answer).toMatchObject({ failure: 'throttled' });
});

test('a reserve that leaves nothing for ordinary requests is refused', () => {
  expect(() => new RequestPacer({ ...OPTIONS, reserved: 3 })).toThrow(RangeError);
});
