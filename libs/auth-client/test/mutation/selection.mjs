import { readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { CHECKED_FILES } from './checked-files.mjs';
import { makeMutants } from './mutants.mjs';
import { Refusal } from './options.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */
/** @typedef {{ file: string, within: string, change: string, reason: string }} Equivalent */

const FOLDER = 'libs/auth-client';

/**
 * The mutants that the options ask for, in the order of files and lines.
 *
 * @param {string} root of a sandbox
 * @param {import('./options.mjs').Options} options
 * @returns {Mutant[]}
 */
export function selectMutants(root, { only, lines: [first, last], change, sample, seed }) {
  const files = only.length > 0 ? only.map((name) => findFile(root, name)) : CHECKED_FILES.map((name) => findFile(root, name));
  const mutants = files.flatMap((file) => readMutants(root, file)).filter(({ line }) => line >= first && line <= last);
  if (mutants.length === 0) throw new Refusal('Nothing is to be changed there');
  const named = change === null ? mutants : [findOne(mutants, change)];
  return sample === null ? named : draw(named, sample, seed);
}

/**
 * What the review of survivors found to change nothing that anybody could see.
 *
 * @param {string} root of a sandbox
 * @returns {(mutant: Mutant) => Equivalent | undefined}
 * @throws Refusal for an entry that names no mutant (the line is gone), or gives no reason
 */
export function readEquivalents(root) {
  /** @type {Equivalent[]} */
  const entries = JSON.parse(readFileSync(join(import.meta.dirname, 'equivalent-mutants.json'), 'utf8'));
  for (const entry of entries) {
    const named = `${entry.file}: ${entry.within}: ${entry.change}`;
    if (!entry.reason) throw new Refusal(`equivalent-mutants.json gives no reason for ${named}`);
    const mutants = readMutants(root, findFile(root, entry.file));
    if (!mutants.some((mutant) => isNamedBy(mutant, entry))) throw new Refusal(`equivalent-mutants.json names a change that can't be made any more: ${named}`);
  }
  return (mutant) => entries.find((entry) => isNamedBy(mutant, entry));
}

/** @param {Mutant} mutant @param {Equivalent} entry */
function isNamedBy({ file, within, change }, entry) {
  return basename(file) === entry.file && within === entry.within && change === entry.change;
}

/** @type {Map<string, Mutant[]>} */
const made = new Map();

/** @param {string} root @param {string} file */
function readMutants(root, file) {
  const known = made.get(file);
  if (known) return known;
  const mutants = makeMutants(file, readFileSync(join(root, file), 'utf8'));
  made.set(file, mutants);
  return mutants;
}

/** By its path, or by its name alone somewhere in `src`. @param {string} root @param {string} name */
function findFile(root, name) {
  const path = relative(resolve(import.meta.dirname, '../../../..'), resolve(name));
  if (name.includes('/') && ts.sys.fileExists(join(root, path))) return path;
  const found = ts.sys.readDirectory(join(root, FOLDER, 'src'), ['.ts']).filter((file) => basename(file, '.ts') === basename(name, '.ts'));
  const [file] = found;
  if (!file || found.length > 1) throw new Refusal(`${found.length === 0 ? 'No file' : 'More than one file'} of ${FOLDER}/src is called ${name}`);
  return relative(root, file);
}

/** @param {Mutant[]} mutants @param {string} change */
function findOne(mutants, change) {
  const exact = mutants.filter((mutant) => mutant.change === change);
  const found = exact.length > 0 ? exact : mutants.filter((mutant) => mutant.change.startsWith(change));
  const [mutant] = found;
  if (!mutant) throw new Refusal(`No change is called so: ${change}`);
  if (found.length > 1) throw new Refusal(`More than one change is called so; choose with --lines:\n${found.map(describe).join('\n')}`);
  return mutant;
}

/** @param {Mutant} mutant */
export function describe({ file, line, column, within, change }) {
  return `${file}:${line}:${column} ${within === '' ? '' : `${within}: `}${change}`;
}

/** @param {Mutant[]} mutants @param {number} count @param {number} seed */
function draw(mutants, count, seed) {
  const random = mulberry32(seed);
  const places = mutants.map((mutant) => ({ mutant, place: random() })).sort((a, b) => a.place - b.place);
  const drawn = new Set(places.slice(0, count).map(({ mutant }) => mutant));
  return mutants.filter((mutant) => drawn.has(mutant));
}

/** Tommy Ettinger's generator: a seed of 32 bits, and numbers from 0 to 1 that are the same everywhere. @param {number} seed */
function mulberry32(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
