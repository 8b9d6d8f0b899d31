import { parseArgs } from 'node:util';

const USAGE = `npm run test:mutation -- [options]

  --only FILE           this file instead of the list in checked-files.mjs (again for more)
  --lines A-B           changes that begin in these lines
  --mutant FILE:CHANGE  this one change, named as in a report; its beginning will do, if no other begins so
  --spec FILE           only this spec counts (again for more)
  --sample N --seed S   N changes drawn at random; the same with the same seed
  --list                print the changes, run nothing
  --verbose             say of each change which test caught it
  --jobs N              runs at a time (2)
  --help

Exit code 1: a change survived that equivalent-mutants.json doesn't name, or it names one that did not. 2: nothing was checked.`;

/** A command line, or a state of the repository, with which nothing can be checked. */
export class Refusal extends Error {}

/**
 * @typedef {object} Options
 * @property {string[]} only
 * @property {[number, number]} lines
 * @property {string | null} change
 * @property {string[]} specs
 * @property {number | null} sample
 * @property {number} seed
 * @property {boolean} list
 * @property {boolean} verbose
 * @property {number} jobs
 */

/** @param {string[]} args @returns {Options} */
export function readOptions(args) {
  const values = parse(args);
  if (values.help) throw new Refusal(USAGE);
  const [, mutantFile, change = null] = /^([^:]+):\s*(.+)$/.exec(values.mutant ?? '') ?? [];
  if (values.mutant !== undefined && !mutantFile) throw new Refusal('--mutant is FILE:CHANGE');
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(values.lines ?? '1-999999') ?? [];
  if (!first) throw new Refusal('--lines is A-B');
  return {
    only: mutantFile ? [mutantFile] : (values.only ?? []),
    lines: [Number(first), Number(last ?? first)],
    change,
    specs: values.spec ?? [],
    sample: values.sample === undefined ? null : readCount('--sample', values.sample),
    seed: readCount('--seed', values.seed ?? String(Math.floor(Math.random() * 1e6))),
    list: values.list ?? false,
    verbose: values.verbose ?? false,
    jobs: readCount('--jobs', values.jobs ?? '2'),
  };
}

/** @param {string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  const texts = /** @type {const} */ ({ type: 'string', multiple: true });
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const options = { only: texts, lines: text, mutant: text, spec: texts, sample: text, seed: text, list: flag, verbose: flag, jobs: text, help: flag };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new Refusal(`${/** @type {Error} */ (error).message}\n\n${USAGE}`);
  }
}

/** @param {string} name @param {string} text */
function readCount(name, text) {
  if (!/^\d+$/.test(text)) throw new Refusal(`${name} is a number`);
  return Number(text);
}
