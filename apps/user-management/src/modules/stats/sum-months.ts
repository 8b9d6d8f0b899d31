import { USER_STATUSES, USER_TYPES } from '@sa-platform/contracts';
import type { GrowthView } from './stats.dto.js';
import type { MonthCount } from './stats.repository.js';
import { sumBy, sumOf } from './sum-counts.js';

/** Months since the year 0, so that they can be compared and counted. */
const numberOf = (year: number, month: number) => year * 12 + month - 1;

/** @returns the numbers of so many calendar months (UTC) up to the one of this moment, the oldest first */
export function lastMonths(now: Date, months: number): number[] {
  const last = numberOf(now.getUTCFullYear(), now.getUTCMonth() + 1);
  return Array.from({ length: months }, (_, index) => last - months + 1 + index);
}

/** Everybody added up to the end of each of these months. */
export function sumMonths(counts: readonly MonthCount[], months: readonly number[]): GrowthView['months'] {
  return months.map((number) => {
    const added = counts.filter(({ year, month }) => numberOf(year, month) <= number);
    return {
      month: `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`,
      total: sumOf(added),
      by_status: sumBy(added, 'status', USER_STATUSES),
      by_type: sumBy(added, 'type', USER_TYPES),
    };
  });
}
