import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { guardFormula, unguardFormula } from './formula-guard.js';

describe('the guard against formulas', () => {
  it.each(['=1+1', '+27 82 123', '-1', '@SUM(A1)', '\tx', '\rx'])('puts an apostrophe before %j', (cell) => {
    expect(guardFormula(cell)).toBe(`'${cell}`);
  });

  it.each(['', 'Name', "O'Neill", "'quoted'", 'a=b', ' =1'])('leaves %j as it is', (cell) => {
    expect(guardFormula(cell)).toBe(cell);
    expect(unguardFormula(cell)).toBe(cell);
  });

  it('takes off what a spreadsheet put there too', () => {
    expect(unguardFormula("'+27 82 123")).toBe('+27 82 123');
  });

  it('gives every cell back, and lets none start a formula', () => {
    const cells = fc.oneof(fc.string(), fc.stringMatching(/^'{0,3}[=+\-@\t\r].{0,3}$/));
    fc.assert(
      fc.property(cells, (cell) => {
        const guarded = guardFormula(cell);
        expect(guarded).not.toMatch(/^[=+\-@\t\r]/);
        expect(unguardFormula(guarded)).toBe(cell);
      }),
    );
  });
});
