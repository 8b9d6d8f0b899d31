import { describe, expect, it } from '@jest/globals';
import { Remembered } from './remembered.js';

describe('a remembered answer', () => {
  it('is asked for once by all who come before it is there, and until it is too old', async () => {
    let asked = 0;
    let now = 0;
    const answer = new Remembered(10, () => Promise.resolve(++asked), () => now);
    expect(await Promise.all([answer.get(), answer.get()])).toEqual([1, 1]);
    now = 9;
    expect(await answer.get()).toBe(1);
    now = 10;
    expect(await Promise.all([answer.get(), answer.get()])).toEqual([2, 2]);
  });

  it('is asked for again after a failure', async () => {
    let asked = 0;
    const answer = new Remembered(10, () => (++asked === 1 ? Promise.reject(new Error('down')) : Promise.resolve(asked)), () => 0);
    await expect(answer.get()).rejects.toThrow('down');
    expect(await answer.get()).toBe(2);
  });
});
