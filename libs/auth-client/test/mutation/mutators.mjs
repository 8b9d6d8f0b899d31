// What may be wrong with a program: each function looks at one node and names the texts that could stand there instead.
// Statements and lines go away, conditions are forced, borders move. Names, numbers and texts stay as they are: nobody
// loses those by removing a line.
import ts from 'typescript';

/**
 * A change of one place: the text between `start` and `end` becomes `replacement`.
 *
 * @typedef {{ start: number, end: number, replacement: string, change: string }} Edit
 */

const SHOWN_LENGTH = 100;
const K = ts.SyntaxKind;
const printer = ts.createPrinter({ removeComments: true });

/** Each operator and the one beside it: borders move by one, equality turns round. */
const NEIGHBOURS = new Map([
  [K.LessThanToken, '<='],
  [K.LessThanEqualsToken, '<'],
  [K.GreaterThanToken, '>='],
  [K.GreaterThanEqualsToken, '>'],
  [K.EqualsEqualsEqualsToken, '!=='],
  [K.ExclamationEqualsEqualsToken, '==='],
  [K.EqualsEqualsToken, '!='],
  [K.ExclamationEqualsToken, '=='],
]);
const LOGICAL = new Set([K.AmpersandAmpersandToken, K.BarBarToken, K.QuestionQuestionToken]);
const LOGICAL_ASSIGNMENTS = new Set([K.AmpersandAmpersandEqualsToken, K.BarBarEqualsToken, K.QuestionQuestionEqualsToken]);
const TRUTH_TESTS = new Set([...NEIGHBOURS.keys(), K.InKeyword, K.InstanceOfKeyword]);
/** Calls that answer what they were called on, more or less, so that a program goes on without them. */
const PASSING_ON = new Set(['filter', 'slice', 'sort', 'trim', 'catch', 'finally', 'unref']);

/** Never removed: declarations without an effect of their own, and functions as a whole. */
const KEPT = new Set([
  K.Block,
  K.EmptyStatement,
  K.ImportDeclaration,
  K.ExportDeclaration,
  K.ExportAssignment,
  K.InterfaceDeclaration,
  K.TypeAliasDeclaration,
  K.FunctionDeclaration,
  K.ClassDeclaration,
  K.EnumDeclaration,
  K.ModuleDeclaration,
]);

/** @type {((node: ts.Node) => Edit[])[]} */
const MUTATORS = [
  removeStatement,
  removeEntry,
  removeInitialiser,
  dropAwait,
  dropCall,
  forceCondition,
  forceTruth,
  pickOperand,
  moveBorder,
  rethrow,
];

/** @param {ts.Node} node @returns {Edit[]} */
export function editsOf(node) {
  return MUTATORS.flatMap((mutator) => mutator(node));
}

/** @param {ts.Node} node */
function removeStatement(node) {
  if (!ts.isStatement(node) || KEPT.has(node.kind) || !isInStatementPosition(node)) return [];
  if (isWholeEffectOfIf(node)) return [];
  return [edit(node, ';', `remove ${shown(node)}`)];
}

/** @param {ts.Node} node */
function isInStatementPosition({ parent }) {
  return ts.isSourceFile(parent) || ts.isBlock(parent) || ts.isCaseOrDefaultClause(parent) || ts.isIfStatement(parent) || ts.isIterationStatement(parent, false);
}

/** `if (c) s` without `s` is the same as without the `if`, unless `c` does something itself. @param {ts.Node} node */
function isWholeEffectOfIf(node) {
  const body = ts.isBlock(node.parent) && node.parent.statements.length === 1 ? node.parent : node;
  const owner = body.parent;
  return ts.isIfStatement(owner) && body === owner.thenStatement && !owner.elseStatement && !hasEffect(owner.expression);
}

/** @param {ts.Node} node @returns {boolean} */
function hasEffect(node) {
  if (ts.isCallExpression(node) || ts.isAwaitExpression(node) || ts.isPostfixUnaryExpression(node)) return true;
  return ts.forEachChild(node, (child) => hasEffect(child) || undefined) ?? false;
}

/** A line of an object or an array. @param {ts.Node} node */
function removeEntry(node) {
  const isEntry = ts.isObjectLiteralExpression(node.parent) || (ts.isArrayLiteralExpression(node.parent) && ts.isExpression(node));
  if (!isEntry) return [];
  const source = node.getSourceFile().text;
  const comma = /^\s*,/.exec(source.slice(node.end))?.[0].length ?? 0;
  return [{ ...edit(node, '', `remove ${shown(node)}`), end: node.end + comma }];
}

/** Of a field, a parameter or a destructured name; without that of a `const` there is no program. @param {ts.Node} node */
function removeInitialiser(node) {
  const hasOne = ts.isPropertyDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node);
  if (!hasOne || !node.initializer) return [];
  const start = (ts.isBindingElement(node) ? node.name : (node.type ?? node.name)).end;
  return [{ start, end: node.initializer.end, replacement: '', change: `remove the initialiser of ${shown(node)}` }];
}

/** @param {ts.Node} node */
function dropAwait(node) {
  if (!ts.isAwaitExpression(node) || !ts.isExpressionStatement(node.parent)) return [];
  return [edit(node, node.expression.getText(), `do not wait in ${shown(node)}`)];
}

/** @param {ts.Node} node */
function dropCall(node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression: receiver, name } = node.expression;
  return PASSING_ON.has(name.text) ? [edit(node, receiver.getText(), `drop .${name.text}() from ${shown(node)}`)] : [];
}

/** @param {ts.Node} node */
function forceCondition(node) {
  const condition = conditionOf(node);
  if (!condition) return [];
  // An `if` without `else` that is never true is removed anyway.
  const values = ts.isIfStatement(node) && !node.elseStatement ? ['true'] : ['true', 'false'];
  return values.map((value) => edit(condition, value, `force ${value}: ${shown(condition)}`));
}

/** @param {ts.Node} node */
function conditionOf(node) {
  if (ts.isConditionalExpression(node) || ts.isForStatement(node)) return node.condition;
  return ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node) ? node.expression : undefined;
}

/** What is true or false and no condition: an answer, an argument, a constant. @param {ts.Node} node */
function forceTruth(node) {
  if (!ts.isExpression(node) || ts.isParenthesizedExpression(node) || isPartOfTruth(node)) return [];
  const isAnswer = ts.isReturnStatement(node.parent) && returnsTruth(node);
  if (!isAnswer && !isTruth(node)) return [];
  // No answer at all is as good as false.
  const values = ts.isReturnStatement(node.parent) && node.kind !== K.TrueKeyword ? ['true'] : ['true', 'false'];
  return values.filter((value) => value !== node.getText()).map((value) => edit(node, value, `force ${value}: ${shown(node)}`));
}

/** @param {ts.Node} node @returns {boolean} */
function isTruth(node) {
  if (ts.isParenthesizedExpression(node)) return isTruth(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return node.operator === K.ExclamationToken;
  if (!ts.isBinaryExpression(node)) return false;
  const { kind } = node.operatorToken;
  return TRUTH_TESTS.has(kind) || (LOGICAL.has(kind) && isTruth(node.left) && isTruth(node.right));
}

/** @param {ts.Node} node @returns {boolean} */
function isPartOfTruth({ parent }) {
  if (ts.isParenthesizedExpression(parent)) return isPartOfTruth(parent);
  if (ts.isPrefixUnaryExpression(parent)) return true;
  return (ts.isBinaryExpression(parent) && LOGICAL.has(parent.operatorToken.kind)) || conditionOf(parent) !== undefined;
}

/** @param {ts.Node} node */
function returnsTruth(node) {
  const owner = ts.findAncestor(node, ts.isFunctionLike);
  return owner?.type?.kind === K.BooleanKeyword || (owner?.type !== undefined && ts.isTypePredicateNode(owner.type));
}

/** @param {ts.Node} node */
function pickOperand(node) {
  if (!ts.isBinaryExpression(node)) return [];
  const { left, right, operatorToken } = node;
  if (LOGICAL_ASSIGNMENTS.has(operatorToken.kind)) return [edit(operatorToken, '=', `always assign: ${shown(node)}`)];
  if (!LOGICAL.has(operatorToken.kind)) return [];
  return [edit(node, left.getText(), `only the left of ${shown(node)}`), edit(node, right.getText(), `only the right of ${shown(node)}`)];
}

/** @param {ts.Node} node */
function moveBorder(node) {
  if (!ts.isBinaryExpression(node)) return [];
  const neighbour = NEIGHBOURS.get(node.operatorToken.kind);
  return neighbour ? [edit(node.operatorToken, neighbour, `${neighbour} instead: ${shown(node)}`)] : [];
}

/** A `catch` that is there for no test. @param {ts.Node} node */
function rethrow(node) {
  if (!ts.isCatchClause(node)) return [];
  return [edit(node, 'catch (rethrown) { throw rethrown; }', `rethrow in ${shown(node.parent)}`)];
}

/** @param {ts.Node} node @param {string} replacement @param {string} change @returns {Edit} */
function edit(node, replacement, change) {
  return { start: node.getStart(), end: node.end, replacement, change };
}

/** The text of a node on one line, without comments. @param {ts.Node} node */
function shown(node) {
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replaceAll(/\s+/g, ' ').replace(/;$/, '');
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
