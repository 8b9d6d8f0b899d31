import ts from 'typescript';
import { editsOf } from './mutators.mjs';

/**
 * One way in which a source file can be wrong.
 *
 * @typedef {object} Mutant
 * @property {string} file path from the root of the repository
 * @property {number} line of the change, from 1
 * @property {number} column from 1
 * @property {string} within the function or method, `''` at the top
 * @property {string} change what is changed, in words and source text
 * @property {string} text the whole file with the change
 */

/**
 * Every mutant of a file, in the order of the text; those that would not parse are left out, and of those that read the
 * same only the first is kept.
 *
 * @param {string} file path from the root of the repository
 * @param {string} source its text
 * @returns {Mutant[]}
 *
 * @example
 * makeMutants('age.ts', 'export const isOld = (age: number) => age > 65;').map(({ change }) => change);
 * // ['remove export const isOld = …', 'force true: age > 65', 'force false: age > 65', '>= instead: age > 65']
 */
export function makeMutants(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  /** @type {Map<string, Mutant>} */
  const mutants = new Map();
  visit(tree, (node) => {
    for (const { start, end, replacement, change } of editsOf(node)) {
      const text = source.slice(0, start) + replacement + source.slice(end);
      if (text === source || mutants.has(text) || !parses(file, text)) continue;
      const { line, character } = tree.getLineAndCharacterOfPosition(start);
      mutants.set(text, { file, line: line + 1, column: character + 1, within: nameAround(node), change, text });
    }
  });
  return numberAlike([...mutants.values()]);
}

/** The second change of the same words in the same function is called `… (2)`. @param {Mutant[]} mutants */
function numberAlike(mutants) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return mutants.map((mutant) => {
    const name = `${mutant.within}: ${mutant.change}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? mutant : { ...mutant, change: `${mutant.change} (${count})` };
  });
}

/** @param {ts.Node} parent @param {(node: ts.Node) => void} look */
function visit(parent, look) {
  ts.forEachChild(parent, (node) => {
    // A type can't be wrong at run time.
    if (ts.isTypeNode(node)) return;
    look(node);
    visit(node, look);
  });
}

/** @param {string} file @param {string} text */
function parses(file, text) {
  const { diagnostics } = ts.transpileModule(text, { fileName: file, reportDiagnostics: true });
  return diagnostics?.length === 0;
}

/** @param {ts.Node} node @returns {string} */
function nameAround(node) {
  /** @type {string[]} */
  const names = [];
  for (let around = node.parent; !ts.isSourceFile(around); around = around.parent) {
    if (ts.isConstructorDeclaration(around)) names.unshift('constructor');
    else if (ts.isClassDeclaration(around) || ts.isClassElement(around) || ts.isFunctionDeclaration(around)) names.unshift(around.name?.getText() ?? '');
  }
  return names.join('.');
}
