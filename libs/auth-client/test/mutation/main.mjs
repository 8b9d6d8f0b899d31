// `npm run test:mutation [-- options]` (`--help` is in options.mjs): does a test fail when a line is removed? Makes every
// mutant of the checked files, one at a time in a copy of libs/, and runs the specs that reach the file until one fails.
// What all of them let through is printed as `file:line:column what`. Stryker has no mutator that removes a statement
// (stryker-js #3916) and brings 168 packages.
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chooseSpecs } from './checked-files.mjs';
import { Compiler } from './compiler.mjs';
import { killRuns } from './jest-run.mjs';
import { Judge } from './judge.mjs';
import { readOptions, Refusal } from './options.mjs';
import { ImportGraph } from './related-specs.mjs';
import { Report } from './report.mjs';
import { removeSandboxes, Sandbox, shareNodeModules } from './sandbox.mjs';
import { describe, readEquivalents, selectMutants } from './selection.mjs';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const PROJECT = 'auth-client';
const FOLDER = 'libs/auth-client';

/** @param {string} parent @param {import('./options.mjs').Options} options @returns {Promise<number>} exit code */
async function check(parent, options) {
  const original = await createSandbox(parent, 'original');
  const mutants = selectMutants(original.root, options);
  const isEquivalent = readEquivalents(original.root);
  if (options.list) {
    print([...mutants.map(describe), `${mutants.length} changes`].join('\n'));
    return 0;
  }
  const all = await original.listSpecs(FOLDER);
  const graph = new ImportGraph(original.root);
  const named = options.specs.map((spec) => findSpec(all, spec));
  const specsOf = new Map(
    [...new Set(mutants.map(({ file }) => file))].map((file) => {
      const related = named.length > 0 ? graph.specsOf(file, named) : chooseSpecs(graph.specsOf(file, all));
      if (related.length === 0) throw new Refusal(`No spec reaches ${file}`);
      return [file, related];
    }),
  );

  const specs = [...new Set([...specsOf.values()].flat().map(({ spec }) => spec))];
  const sandboxes = await Promise.all(Array.from({ length: options.jobs }, (_, job) => createSandbox(parent, `copy-${job + 1}`)));
  const judge = new Judge(sandboxes, new Compiler(original.root, `${FOLDER}/tsconfig.json`));
  const efforts = await judge.measure(specs);
  if (options.verbose) print(efforts.map(({ spec, durationMs }) => `${(durationMs / 1000).toFixed(1).padStart(6)} s  ${spec}`).join('\n'));
  for (const sandbox of sandboxes) await sandbox.stopAtCounterexample(specs);
  const drawn = options.sample === null ? '' : `, drawn with --seed ${options.seed}`;
  print(`${mutants.length} changes of ${specsOf.size} files${drawn}; ${specs.length} specs pass without them`);
  const report = new Report(isEquivalent, options.verbose, print);
  await judge.judge(mutants, (file) => specsOf.get(file) ?? [], (judgement) => report.add(judgement));
  return report.end() ? 0 : 1;
}

/** @param {string} parent @param {string} name */
async function createSandbox(parent, name) {
  const { default: config } = await import(pathToFileURL(join(REPOSITORY, 'jest.config.js')).href);
  const project = config.projects.find((/** @type {{ displayName: string }} */ { displayName }) => displayName === PROJECT);
  return Sandbox.create(REPOSITORY, parent, name, project);
}

/** @param {string[]} specs @param {string} name */
function findSpec(specs, name) {
  const found = specs.filter((spec) => spec === name || spec.endsWith(`/${name}`));
  if (found.length !== 1 || !found[0]) throw new Refusal(`${found.length === 0 ? 'No spec' : 'More than one spec'} is called ${name}`);
  return found[0];
}

/** @param {string} text */
function print(text) {
  process.stdout.write(`${text}\n`);
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'mutation-')));
  const stop = () => {
    killRuns();
    void removeSandboxes(parent).finally(() => process.exit(2));
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, stop);
  // Nobody reads on: `… | head`.
  process.stdout.on('error', stop);
  try {
    await shareNodeModules(REPOSITORY, parent);
    process.exitCode = await check(parent, options);
  } finally {
    killRuns();
    await removeSandboxes(parent);
  }
}

main().catch((error) => {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  process.exitCode = 2;
});
