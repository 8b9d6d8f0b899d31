import { fareOf } from './fare.js';

test.each([
  [5, 0],
  [6, 250],
  [70, 250],
])('at %i years a ride costs %i cents', (ageYears, cents) => {
  expect(fareOf(ageYears, false)).toBe(cents);
});
