import { EventCoverage } from './event-coverage.js';

let nowMs: number;
let coverage: EventCoverage;
beforeEach(() => {
  nowMs = 10_000;
  coverage = new EventCoverage(() => nowMs);
});

const after = (ms: number): void => {
  nowMs += ms;
};
const hear = (sequence: number): void => coverage.event({ sequence, id: `event-${sequence}` });
/** Subscribed at 10,000, covered since the first heartbeat at 10,100. */
const cover = (sequence: number): void => {
  coverage.subscribed();
  after(100);
  coverage.heartbeat(sequence);
};

/** Covered since 10,100, the event 8 heard, then cut off from 10,200 to 11,000. */
const miss = (): void => {
  cover(7);
  after(100);
  hear(8);
  coverage.disconnected();
  after(800);
  coverage.subscribed();
};
const seen = (sequence: number): { sequence: number; id: string } => ({ sequence, id: `event-${sequence}` });

test('a gap is there after a reconnect, from the last event that was heard to the first heartbeat', () => {
  miss();
  expect(coverage.gap()).toBeNull();
  coverage.heartbeat(12);
  expect(coverage.gap()).toEqual({ after: 8, id: 'event-8', sinceMs: 10_100, through: 12 });
  expect(coverage.coveredSinceMs()).toBe(11_000);
});

test('a gap that is closed puts nothing in doubt any more', () => {
  miss();
  coverage.heartbeat(12);
  after(300);
  expect(coverage.closeGap(coverage.gap()!, seen(14))).toBe(true);
  expect(coverage.coveredSinceMs()).toBe(10_100);
  expect(coverage.gap()).toBeNull();
  hear(15);
  expect(coverage.coveredSinceMs()).toBe(10_100);
  after(100);
  hear(17);
  expect(coverage.coveredSinceMs()).toBe(11_400);
  expect(coverage.gap()).toEqual({ after: 15, id: 'event-15', sinceMs: 10_100, through: 16 });
});

test('a gap is not closed by what ends before it does, also when more was missed meanwhile', () => {
  miss();
  coverage.heartbeat(12);
  const gap = coverage.gap()!;
  expect(coverage.closeGap(gap, seen(11))).toBe(false);
  hear(15);
  expect(coverage.gap()).toBe(gap);
  expect(coverage.closeGap(gap, seen(13))).toBe(false);
  expect(coverage.coveredSinceMs()).toBe(11_000);
  expect(coverage.closeGap(gap, seen(14))).toBe(true);
  expect(coverage.coveredSinceMs()).toBe(10_100);
});

test('a gap is not closed by what an earlier connection asked, whatever came of it', () => {
  miss();
  coverage.heartbeat(12);
  const former = coverage.gap()!;
  coverage.disconnected();
  expect(coverage.closeGap(former, seen(20))).toBe(false);
  coverage.subscribed();
  expect(coverage.closeGap(former, seen(20))).toBe(false);
  after(50);
  coverage.heartbeat(12);
  expect(coverage.closeGap(former, seen(20))).toBe(false);
  coverage.giveUp(former);
  expect(coverage.gap()).toEqual({ after: 8, id: 'event-8', sinceMs: 10_100, through: 12 });
  expect(coverage.coveredSinceMs()).toBe(11_050);
});

test('a gap that is given up leaves things as they are, and the next one begins there', () => {
  miss();
  coverage.heartbeat(12);
  coverage.giveUp(coverage.gap()!);
  expect(coverage.gap()).toBeNull();
  expect(coverage.coveredSinceMs()).toBe(11_000);
  hear(13);
  after(100);
  hear(15);
  expect(coverage.gap()).toEqual({ after: 13, id: 'event-13', sinceMs: 11_000, through: 14 });
});

test('a gap is none where nothing was covered, or the last event is known by its number alone', () => {
  coverage.subscribed();
  coverage.heartbeat(9);
  expect(coverage.gap()).toBeNull();
  coverage.disconnected();
  coverage.subscribed();
  coverage.heartbeat(9);
  expect(coverage.gap()).toBeNull();
});

test('a gap is there when an event that a heartbeat knows of does not come, and closing it is a sign of life', () => {
  cover(7);
  hear(8);
  coverage.heartbeat(10);
  after(250);
  coverage.heartbeat(10);
  expect(coverage.gap()).toEqual({ after: 8, id: 'event-8', sinceMs: 10_100, through: 10 });
  coverage.heartbeat(11);
  after(100);
  expect(coverage.closeGap(coverage.gap()!, seen(11))).toBe(true);
  expect(coverage.coveredSinceMs()).toBe(10_100);
  after(1_899);
  expect(coverage.coveredSinceMs()).toBe(10_100);
  after(1);
  expect(coverage.coveredSinceMs()).toBe(Infinity);
});

test('a gap opens when one event overtakes others, which then come late', () => {
  cover(7);
  hear(8);
  after(100);
  hear(11);
  hear(9);
  hear(10);
  coverage.heartbeat(11);
  expect(coverage.coveredSinceMs()).toBe(10_200);
  expect(coverage.gap()).toEqual({ after: 8, id: 'event-8', sinceMs: 10_100, through: 10 });
});

test('a gap is forgotten when the sequence goes back: it belongs to another history', () => {
  miss();
  coverage.heartbeat(5);
  after(1_000);
  expect(coverage.heartbeat(5)).toBe(false);
  expect(coverage.gap()).toBeNull();
});
