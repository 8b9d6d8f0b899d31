import { Refusal } from './options.mjs';
import { runJest } from './jest-run.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {import('./sandbox.mjs').Sandbox} Sandbox */
/** @typedef {{ durationMs: number, longestTestMs: number }} Effort */
/**
 * `refused`: every test let it through, the compiler doesn't.
 *
 * @typedef {{ mutant: Mutant, fate: 'caught' | 'hung' | 'crashed' | 'refused' | 'survived', by: string, durationMs: number }} Judgement
 */

/** Least time without an end of a test after which a run counts as an endless loop. */
const MIN_PATIENCE_MS = 10_000;
const PATIENCE_FACTOR = 3;
const FIRST_RUN_PATIENCE_MS = 300_000;

/** Runs specs on mutants, one mutant at a time in each sandbox. */
export class Judge {
  /** @type {Map<string, Effort>} */
  #efforts = new Map();

  /**
   * @param {Sandbox[]} sandboxes
   * @param {import('./compiler.mjs').Compiler} compiler
   */
  constructor(sandboxes, compiler) {
    this.sandboxes = sandboxes;
    this.compiler = compiler;
  }

  /**
   * Runs each spec on the program as it is, for its time and because a spec that fails anyway catches nothing.
   *
   * @param {string[]} specs
   * @returns {Promise<{ spec: string, durationMs: number }[]>}
   * @throws Refusal when one fails
   */
  async measure(specs) {
    await this.#share(specs, async (spec, sandbox) => {
      const { outcome, by, reason, ...effort } = await runJest(sandbox, [spec], FIRST_RUN_PATIENCE_MS);
      if (outcome !== 'passed') throw new Refusal(`${spec} ${outcome} on the unchanged program: ${by}\n${reason}`);
      this.#efforts.set(spec, effort);
    });
    return specs.map((spec) => ({ spec, durationMs: this.#effort(spec).durationMs }));
  }

  /**
   * @param {Mutant[]} mutants
   * @param {(file: string) => { spec: string, distance: number }[]} specsOf
   * @param {(judgement: Judgement) => void} report
   */
  async judge(mutants, specsOf, report) {
    await this.#share(mutants, async (mutant, sandbox) => {
      report(await this.#judgeOne(mutant, this.#order(specsOf(mutant.file)), sandbox));
    });
  }

  /** @param {Mutant} mutant @param {string[]} specs @param {Sandbox} sandbox @returns {Promise<Judgement>} */
  async #judgeOne(mutant, specs, sandbox) {
    const longestTestMs = Math.max(...specs.map((spec) => this.#effort(spec).longestTestMs));
    await sandbox.replace(mutant.file, mutant.text);
    const { outcome, by, durationMs } = await runJest(sandbox, specs, MIN_PATIENCE_MS + PATIENCE_FACTOR * longestTestMs);
    await sandbox.restore();
    if (outcome !== 'passed') return { mutant, fate: outcome === 'failed' ? 'caught' : outcome, by, durationMs };
    const complaint = this.compiler.complaintAbout(mutant.file, mutant.text);
    return { mutant, fate: complaint === null ? 'survived' : 'refused', by: complaint ?? '', durationMs };
  }

  /** The own spec first, then what is quick and near. @param {{ spec: string, distance: number }[]} specs */
  #order(specs) {
    const cost = (/** @type {{ spec: string, distance: number }} */ { spec, distance }) => this.#effort(spec).durationMs * distance;
    return [...specs].sort((a, b) => cost(a) - cost(b)).map(({ spec }) => spec);
  }

  /** @param {string} spec @returns {Effort} */
  #effort(spec) {
    return this.#efforts.get(spec) ?? { durationMs: 0, longestTestMs: 0 };
  }

  /** @template T @param {T[]} items @param {(item: T, sandbox: Sandbox) => Promise<void>} work */
  async #share(items, work) {
    const left = [...items];
    await Promise.all(
      this.sandboxes.map(async (sandbox) => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, sandbox);
      }),
    );
  }
}
