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

test('covers nothing before there is a subscription and a heartbeat', () => {
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  coverage.heartbeat(7);
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  coverage.subscribed();
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  hear(8);
  expect(coverage.coveredSinceMs()).toBe(Infinity);
});

test('covers what is asked for after the first heartbeat', () => {
  cover(7);
  expect(coverage.coveredSinceMs()).toBe(10_100);
});

test('ends 2 s after the last heartbeat, and begins again where it was with the next one', () => {
  cover(7);
  after(1_999);
  expect(coverage.coveredSinceMs()).toBe(10_100);
  after(1);
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  coverage.heartbeat(7);
  expect(coverage.coveredSinceMs()).toBe(10_100);
});

test('events alone are no sign of life: a heartbeat is', () => {
  cover(7);
  after(1_500);
  hear(8);
  after(500);
  expect(coverage.coveredSinceMs()).toBe(Infinity);
});

test('ends at once with the connection, and a new one covers nothing older', () => {
  cover(7);
  coverage.disconnected();
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  coverage.heartbeat(7);
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  after(900);
  coverage.subscribed();
  expect(coverage.coveredSinceMs()).toBe(Infinity);
  after(50);
  coverage.heartbeat(7);
  expect(coverage.coveredSinceMs()).toBe(11_050);
});

test('an event in turn changes nothing; one left out starts anew', () => {
  cover(7);
  after(100);
  hear(8);
  hear(8);
  hear(3);
  expect(coverage.coveredSinceMs()).toBe(10_100);
  hear(10);
  expect(coverage.coveredSinceMs()).toBe(10_200);
});

test('before the first heartbeat no number is out of turn', () => {
  coverage.subscribed();
  after(100);
  hear(50);
  hear(70);
  coverage.heartbeat(70);
  coverage.heartbeat(70);
  expect(coverage.coveredSinceMs()).toBe(10_100);
});

test('numbers of an earlier connection are not what is missing on this one', () => {
  cover(7);
  coverage.disconnected();
  coverage.subscribed();
  hear(20);
  after(100);
  hear(21);
  coverage.heartbeat(21);
  after(100);
  hear(22);
  expect(coverage.coveredSinceMs()).toBe(10_200);
});

describe('a heartbeat that knows of an event that is not here', () => {
  beforeEach(() => {
    cover(7);
    after(1_000);
    coverage.heartbeat(9);
  });

  test('is not yet a sign that nothing is missing', () => {
    after(999);
    expect(coverage.coveredSinceMs()).toBe(10_100);
    after(1);
    expect(coverage.coveredSinceMs()).toBe(Infinity);
  });

  test('counts as of then, once the events came', () => {
    after(100);
    hear(8);
    after(1_000);
    expect(coverage.coveredSinceMs()).toBe(Infinity);
    hear(9);
    expect(coverage.coveredSinceMs()).toBe(10_100);
    after(900);
    expect(coverage.coveredSinceMs()).toBe(Infinity);
    coverage.heartbeat(9);
    expect(coverage.coveredSinceMs()).toBe(10_100);
  });

  test('is believed when the next one says so after a quarter of a second: what was asked for before is not covered', () => {
    after(249);
    coverage.heartbeat(9);
    after(751);
    expect(coverage.coveredSinceMs()).toBe(Infinity);
    coverage.heartbeat(9);
    expect(coverage.coveredSinceMs()).toBe(12_100);
    after(1_999);
    coverage.heartbeat(9);
    after(1_999);
    expect(coverage.coveredSinceMs()).toBe(12_100);
    hear(10);
    coverage.heartbeat(10);
    expect(coverage.coveredSinceMs()).toBe(12_100);
  });

  test('is believed after exactly a quarter of a second', () => {
    after(250);
    coverage.heartbeat(9);
    expect(coverage.coveredSinceMs()).toBe(11_350);
  });

  test('and one that knows less meanwhile is none either', () => {
    after(900);
    coverage.heartbeat(7);
    after(100);
    expect(coverage.coveredSinceMs()).toBe(Infinity);
  });

  test('is forgotten with the connection', () => {
    coverage.disconnected();
    coverage.subscribed();
    after(1_000);
    coverage.heartbeat(9);
    expect(coverage.coveredSinceMs()).toBe(12_100);
  });
});

describe('a heartbeat that knows less than we do', () => {
  beforeEach(() => cover(100));

  test('of another replica is a sign of life', () => {
    after(1_500);
    expect(coverage.heartbeat(99)).toBe(true);
    after(600);
    expect(coverage.coveredSinceMs()).toBe(10_100);
  });

  test('for a second means that the sequence went back: everything starts anew', () => {
    expect(coverage.heartbeat(40)).toBe(true);
    after(999);
    expect(coverage.heartbeat(40)).toBe(true);
    after(1);
    expect(coverage.heartbeat(41)).toBe(false);
    expect(coverage.coveredSinceMs()).toBe(11_100);
    expect(coverage.heartbeat(41)).toBe(true);
    hear(42);
    expect(coverage.coveredSinceMs()).toBe(11_100);
    after(100);
    hear(44);
    expect(coverage.coveredSinceMs()).toBe(11_200);
  });

  test('was only late when a later one knows what we knew then, whatever came since', () => {
    expect(coverage.heartbeat(99)).toBe(true);
    hear(101);
    after(600);
    expect(coverage.heartbeat(100)).toBe(true);
    after(600);
    expect(coverage.heartbeat(100)).toBe(true);
    after(600);
    expect(coverage.heartbeat(99)).toBe(true);
    expect(coverage.coveredSinceMs()).toBe(10_100);
  });

  test('is noticed across connections', () => {
    coverage.disconnected();
    coverage.subscribed();
    coverage.heartbeat(40);
    after(1_000);
    expect(coverage.heartbeat(40)).toBe(false);
  });
});
