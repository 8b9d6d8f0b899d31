// `npm run bench:verification [-- --quick]`: what a verification costs beside its floor, and beside passport-jwt with
// jwks-rsa. All in one process, in interleaved rounds, so that a slow moment of the machine falls on every candidate; the
// ratios are those of one round. Measures the built package, as a sibling gets it. Exits 1 when a target is missed.
import { availableParallelism, cpus, loadavg } from 'node:os';
import { createCandidates } from './verification-candidates.mjs';
import { measureInRounds, median } from './verification-rounds.mjs';

const FULL = { rounds: 15, sliceMs: 300, tokens: 2000 };
const QUICK = { rounds: 5, sliceMs: 60, tokens: 500 };

/** @typedef {import('./verification-candidates.mjs').CandidateName} CandidateName */

/** Least ratio of the first candidate to the second. @type {{ of: CandidateName, to: CandidateName, least: number }[]} */
const TARGETS = [
  { of: 'cold', to: 'cold floor', least: 0.8 },
  { of: 'warm', to: 'warm floor', least: 0.6 },
  { of: 'cold', to: 'passport-jwt', least: 5 },
  { of: 'warm', to: 'passport-jwt', least: 5 },
];

/** @param {Map<CandidateName, number[]>} samples @param {(typeof TARGETS)[number]} target */
function compare(samples, { of, to, least }) {
  const ratios = samplesOf(samples, of).map((perSecond, round) => perSecond / Number(samplesOf(samples, to)[round]));
  return { name: `${of} / ${to}`, ratio: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios), least };
}

/** @param {Map<CandidateName, number[]>} samples @param {CandidateName} name */
function samplesOf(samples, name) {
  const found = samples.get(name);
  if (!found) throw new Error(`${name} was not measured`);
  return found;
}

/** @param {string[][]} lines */
function printTable([head = [], ...rest]) {
  const print = (/** @type {string[]} */ cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
  print(head);
  print(head.map(() => '---'));
  rest.forEach(print);
  process.stdout.write('\n');
}

async function main() {
  const unknown = process.argv.slice(2).filter((argument) => argument !== '--quick');
  if (unknown.length > 0) throw new Error(`Unknown argument ${unknown.join(' ')}; there is only --quick`);
  const plan = process.argv.includes('--quick') ? QUICK : FULL;
  const [load = 0] = loadavg();
  process.stdout.write(
    `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load.toFixed(1)} before\n` +
      `${plan.tokens} tokens (RS256, 2048 bits), medians of ${plan.rounds} interleaved rounds of ${plan.sliceMs} ms each\n\n`,
  );
  const { candidates, description, close } = await createCandidates(plan.tokens);
  const samples = await measureInRounds(candidates, plan).finally(close);

  printTable([
    ['candidate', 'operations/s', 'µs each'],
    ...[...samples].map(([name, rates]) => [
      `${name}: ${description[name]}`,
      String(Math.round(median(rates))),
      (1e6 / median(rates)).toFixed(2),
    ]),
  ]);
  const results = TARGETS.map((target) => compare(samples, target));
  printTable([
    ['ratio', 'median', 'lowest to highest round', 'target', ''],
    ...results.map(({ name, ratio, lowest, highest, least }) => [
      name,
      ratio.toFixed(2),
      `${lowest.toFixed(2)} to ${highest.toFixed(2)}`,
      `at least ${least}`,
      ratio >= least ? 'met' : 'MISSED',
    ]),
  ]);
  if (results.some(({ ratio, least }) => ratio < least)) process.exitCode = 1;
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
