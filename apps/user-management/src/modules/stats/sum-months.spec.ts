import { describe, expect, it } from '@jest/globals';
import { lastMonths, sumMonths } from './sum-months.js';

const added = (year: number, month: number, users: number) => ({ year, month, users, status: 'active', type: 'user' });

describe('the growth of the last months', () => {
  it('counts whoever was added before, too, and goes on over the turn of the year', () => {
    const months = lastMonths(new Date('2026-02-01T00:00:00Z'), 3);
    const counts = [added(2020, 5, 4), added(2025, 12, 1), added(2026, 2, 2)];
    expect(sumMonths(counts, months).map(({ month, total, by_type: types }) => [month, total, types.user])).toEqual([
      ['2025-12', 5, 5],
      ['2026-01', 5, 5],
      ['2026-02', 7, 7],
    ]);
  });

  it('counts 0 where nobody is', () => {
    const [month] = sumMonths([], lastMonths(new Date('2026-11-22T00:00:00Z'), 1));
    expect(month).toEqual({
      month: '2026-11',
      total: 0,
      by_status: { pending: 0, active: 0, suspended: 0, deactivated: 0 },
      by_type: { clinician: 0, admin: 0, patient: 0, user: 0 },
    });
  });
});
