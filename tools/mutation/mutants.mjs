import ts from 'typescript';

/** @typedef {{ start: number, end: number, text: string, line: number, what: string }} Mutant One small change of a source that its tests should notice. */

const swapped = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['===', '!=='],
  ['!==', '==='],
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['%', '*'],
  ['&&', '||'],
  ['||', '&&'],
  ['??', '&&'],
]);

const otherMethods = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
  ['find', 'findLast'],
  ['findLast', 'find'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
]);

/**
 * All mutants of a source: other operators, numbers, texts and methods, conditions that are turned round, statements left out.
 *
 * @param {string} source @returns {Mutant[]}
 */
export function mutantsOf(source) {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const add = (node, text) => {
    const start = node.getStart(file);
    const what = `${node.getText(file).replaceAll(/\s+/g, ' ')} -> ${text === '' ? 'nothing' : text.replaceAll(/\s+/g, ' ')}`;
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ start, end: node.getEnd(), text, line, what });
  };
  const visit = (node) => {
    if (isOnlyType(node)) return;
    for (const text of changesOf(node, file)) add(node, text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}

export const mutated = (source, { start, end, text }) => source.slice(0, start) + text + source.slice(end);

const isOnlyType = (node) =>
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isImportDeclaration(node);

function changesOf(node, file) {
  if (ts.isBinaryExpression(node)) return operatorChanges(node, file);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
    return [node.operand.getText(file)];
  if (ts.isConditionalExpression(node)) return [branchesSwapped(node, file)];
  if (ts.isIfStatement(node)) return [ifTurned(node, file)];
  if (ts.isNumericLiteral(node)) return [String(Number(node.text.replaceAll('_', '')) + 1)];
  if (node.kind === ts.SyntaxKind.TrueKeyword) return ['false'];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return ['true'];
  if (ts.isIdentifier(node) && isCalledMethod(node))
    return otherMethods.has(node.text) ? [otherMethods.get(node.text)] : [];
  if (ts.isExpressionStatement(node)) return [''];
  return [];
}

function operatorChanges({ left, operatorToken, right }, file) {
  const operator = swapped.get(operatorToken.getText(file));
  // Texts that are joined have no difference.
  if (operator === undefined || (operator === '-' && [left, right].some(isText))) return [];
  return [`${left.getText(file)} ${operator} ${right.getText(file)}`].map((text) =>
    operator === '&&' || operator === '||' ? `(${text})` : text,
  );
}

const isText = (node) =>
  ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);

const branchesSwapped = ({ condition, whenTrue, whenFalse }, file) =>
  `${condition.getText(file)} ? ${whenFalse.getText(file)} : ${whenTrue.getText(file)}`;

function ifTurned(node, file) {
  const condition = node.expression.getText(file);
  return node.getText(file).replace(`(${condition})`, () => `(!(${condition}))`);
}

const isCalledMethod = ({ parent }) => ts.isPropertyAccessExpression(parent) && ts.isCallExpression(parent.parent);
