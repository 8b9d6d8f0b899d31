// What was measured as a table, and which bounds it broke.
const P99_LIMIT_MS = 100;
const CUT_OFF_LIMIT_MS = 2_500;
/** By its event, and not because a cache grew old. */
const BY_EVENT_LIMIT_MS = 500;

/** @typedef {import('./revocation-subject.mjs').Delay} Delay */
/** @typedef {{ name: string, during: Delay[], after: Delay[] }} Measured `after`: the deactivation that followed a recovery */

/** @param {number[]} values @param {number} share 0.99 for p99 */
function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return Number(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]);
}

/** @param {Delay[]} delays @param {'sinceSent' | 'sinceAnswered'} since */
function summarise(delays, since) {
  const values = delays.map((delay) => delay[since]);
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), max: Math.max(...values), n: values.length };
}

/** @param {string[][]} rows the first is the head */
function printTable([head = [], ...rows]) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {string[]} */ row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  process.stdout.write([line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line), ''].join('\n'));
}

/** @param {Delay[]} well @param {Measured[]} cuts */
export function printDelays(well, cuts) {
  const columns = (/** @type {Delay[]} */ delays) =>
    /** @type {const} */ (['sinceSent', 'sinceAnswered']).flatMap((since) => {
      const { p50, p99, max } = summarise(delays, since);
      return [p50, p99, max].map((value) => value.toFixed(1));
    });
  process.stdout.write('Milliseconds from the request that deactivates (in brackets: from its answer) to the first refusal\n\n');
  printTable([
    ['', 'n', 'p50', 'p99', 'max', '(p50)', '(p99)', '(max)', 'next one, max', 'refused with'],
    ...[{ name: 'all is well', during: well, after: [] }, ...cuts].map(({ name, during, after }) => [
      name,
      String(during.length),
      ...columns(during),
      after.length === 0 ? '' : summarise(after, 'sinceSent').max.toFixed(1),
      [...new Set(during.map(({ code }) => code))].join(', '),
    ]),
  ]);
}

/** @param {Delay[]} well @param {Measured[]} cuts @param {string[]} contradictions */
export function listBroken(well, cuts, contradictions) {
  const { p99 } = summarise(well, 'sinceSent');
  return [
    ...(p99 > P99_LIMIT_MS ? [`p99 is ${p99.toFixed(1)} ms, more than ${P99_LIMIT_MS}`] : []),
    ...cuts.flatMap(({ name, during, after }) => [
      ...(summarise(during, 'sinceSent').max > CUT_OFF_LIMIT_MS ? [`${name}: allowed for more than ${CUT_OFF_LIMIT_MS} ms`] : []),
      ...(summarise(after, 'sinceSent').max > BY_EVENT_LIMIT_MS ? [`${name}: the next one took more than ${BY_EVENT_LIMIT_MS} ms`] : []),
    ]),
    ...contradictions,
  ];
}
