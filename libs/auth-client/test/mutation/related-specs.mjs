import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/**
 * Which specs reach a file through their imports, the nearest first: its own spec, then those with the fewest files
 * between. A mutant that the near ones let through meets them all.
 */
export class ImportGraph {
  /** @type {Map<string, string[]>} */
  #imports = new Map();

  /** @param {string} root of the sandbox */
  constructor(root) {
    this.root = root;
  }

  /**
   * @param {string} file from the root
   * @param {string[]} specs from the root
   * @returns {{ spec: string, distance: number }[]}
   */
  specsOf(file, specs) {
    const own = file.replace(/\.ts$/, '.spec.ts');
    return specs
      .map((spec) => ({ spec, distance: spec === own ? 0 : this.#distance(spec, file) }))
      .filter(({ distance }) => distance < Infinity)
      .sort((a, b) => a.distance - b.distance);
  }

  /** @param {string} from @param {string} to */
  #distance(from, to) {
    const seen = new Set([from]);
    let edge = [from];
    for (let distance = 0; edge.length > 0; distance++) {
      if (edge.includes(to)) return distance;
      edge = edge.flatMap((file) => this.#importsOf(file)).filter((file) => !seen.has(file) && seen.add(file));
    }
    return Infinity;
  }

  /** @param {string} file */
  #importsOf(file) {
    const known = this.#imports.get(file);
    if (known) return known;
    const tree = ts.createSourceFile(file, readFileSync(join(this.root, file), 'utf8'), ts.ScriptTarget.Latest);
    const imports = specifiersOf(tree).flatMap((specifier) => this.#resolve(file, specifier) ?? []);
    this.#imports.set(file, imports);
    return imports;
  }

  /** @param {string} importer @param {string} specifier */
  #resolve(importer, specifier) {
    const target = specifier.startsWith('.') ? join(dirname(importer), specifier.replace(/\.js$/, '.ts')) : this.#resolveWorkspace(specifier);
    return target !== null && existsSync(join(this.root, target)) ? target : null;
  }

  /** @param {string} specifier */
  #resolveWorkspace(specifier) {
    const [, name, subpath = ''] = /^(@sa-platform\/[^/]+)(\/.*)?$/.exec(specifier) ?? [];
    const folder = name && join(this.root, 'node_modules', name);
    if (!folder || !existsSync(folder)) return null;
    const source = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).exports?.[`.${subpath}`]?.['@sa-platform/source'];
    return source ? relative(ts.sys.realpath?.(this.root) ?? this.root, join(ts.sys.realpath?.(folder) ?? folder, source)) : null;
  }
}

/** Without those that are gone at run time. @param {ts.Node} tree @returns {string[]} */
function specifiersOf(tree) {
  /** @type {string[]} */
  const specifiers = [];
  ts.forEachChild(tree, function look(node) {
    const specifier = specifierOf(node);
    if (specifier && ts.isStringLiteral(specifier)) specifiers.push(specifier.text);
    ts.forEachChild(node, look);
  });
  return specifiers;
}

/** @param {ts.Node} node */
function specifierOf(node) {
  if (ts.isImportDeclaration(node)) return isTypeOnly(node.importClause) ? undefined : node.moduleSpecifier;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? undefined : node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  return undefined;
}

/** @param {ts.ImportClause | undefined} clause */
function isTypeOnly(clause) {
  return clause?.isTypeOnly ?? false;
}
