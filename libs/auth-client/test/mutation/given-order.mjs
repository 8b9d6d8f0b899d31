/** Runs specs in the order in which jest-run.mjs names them; Jest would take the slowest first. */
export default class GivenOrder {
  /** @template {{ path: string }} T @param {T[]} tests @returns {T[]} */
  sort(tests) {
    const order = JSON.parse(process.env['SPEC_ORDER'] ?? '[]');
    return [...tests].sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path));
  }

  /** @template T @param {T[]} tests @returns {T[]} */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {
    // Nothing is to be learnt from a mutant.
  }
}
