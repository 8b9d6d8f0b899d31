import { describe } from './selection.mjs';

/** @typedef {import('./judge.mjs').Judgement} Judgement */

/** Nothing to complain about, but no test says so either. */
const WORTH_A_LOOK = new Set(['crashed', 'refused']);

/** Prints what deserves a look at once, and a table of all at the end. */
export class Report {
  /** @type {Judgement[]} */
  #judgements = [];
  #complaints = 0;
  #startedAt = performance.now();

  /**
   * @param {ReturnType<import('./selection.mjs').readEquivalents>} equivalentTo
   * @param {boolean} isVerbose
   * @param {(text: string) => void} print
   */
  constructor(equivalentTo, isVerbose, print) {
    this.equivalentTo = equivalentTo;
    this.isVerbose = isVerbose;
    this.print = print;
  }

  /** @param {Judgement} judgement */
  add(judgement) {
    const { mutant, fate, by, durationMs } = judgement;
    this.#judgements.push(judgement);
    const isListed = this.equivalentTo(mutant) !== undefined;
    const isComplaint = isListed ? fate !== 'survived' : fate === 'survived';
    if (isComplaint) this.#complaints++;
    if (!isComplaint && !this.isVerbose && !WORTH_A_LOOK.has(fate)) return;
    const words = isListed ? `${fate}, and is listed as equivalent` : fate;
    const how = this.isVerbose || WORTH_A_LOOK.has(fate) ? ` (${[by, `${(durationMs / 1000).toFixed(1)} s`].filter(Boolean).join('; ')})` : '';
    this.print(`${describe(mutant)} -- ${words}${how}`);
  }

  /** @returns {boolean} whether nothing is to be complained about */
  end() {
    const files = [...new Set(this.#judgements.map(({ mutant }) => mutant.file))].sort();
    const columns = ['changes', 'caught', 'hung', 'crashed', 'refused', 'equivalent', 'survived', 's per change'];
    const rows = files.map((file) => [file, ...this.#countsOf(this.#judgements.filter(({ mutant }) => mutant.file === file))]);
    const total = files.length > 1 ? [['all', ...this.#countsOf(this.#judgements)]] : [];
    this.print(`\n${table([['file', ...columns], ...rows, ...total])}`);
    this.print(`\nrefused: by the compiler, after every test let it through. ${Math.round((performance.now() - this.#startedAt) / 1000)} s`);
    return this.#complaints === 0;
  }

  /** @param {Judgement[]} judgements */
  #countsOf(judgements) {
    const survivors = judgements.filter(({ fate }) => fate === 'survived');
    const equivalent = survivors.filter(({ mutant }) => this.equivalentTo(mutant)).length;
    const count = (/** @type {Judgement['fate']} */ wanted) => judgements.filter(({ fate }) => fate === wanted).length;
    const seconds = judgements.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    return [
      ...[judgements.length, count('caught'), count('hung'), count('crashed'), count('refused'), equivalent, survivors.length - equivalent],
      (seconds / judgements.length).toFixed(2),
    ].map(String);
  }
}

/** @param {string[][]} rows */
function table(rows) {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n');
}
