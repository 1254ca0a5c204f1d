import ts from 'typescript';

/**
 * What a source imports and which ambient powers it uses, each with its line. Read from the syntax tree, so that
 * comments and strings never count.
 */
export function sourceFacts(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const facts = { imports: [], uses: [] };
  const lineOf = (node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
  const visit = (node) => {
    const imported = importIn(node);
    if (imported) facts.imports.push({ ...imported, line: lineOf(node) });
    const use = useIn(node);
    if (use) facts.uses.push({ ...use, line: lineOf(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return facts;
}

function importIn(node) {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return { specifier: node.moduleSpecifier.text, names: namesIn(node), typeOnly: isTypeOnly(node) };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return dynamic(node.arguments[0]);
  if (ts.isImportTypeNode(node)) return { ...dynamic(node.argument.literal), typeOnly: true };
  return undefined;
}

const dynamic = (argument) =>
  argument && ts.isStringLiteralLike(argument) ? { specifier: argument.text, names: [], typeOnly: false } : undefined;

const isTypeOnly = (node) => Boolean(ts.isExportDeclaration(node) ? node.isTypeOnly : node.importClause?.isTypeOnly);

function namesIn(node) {
  const bindings = ts.isImportDeclaration(node) ? node.importClause?.namedBindings : node.exportClause;
  return bindings?.elements?.map((element) => (element.propertyName ?? element.name).text) ?? [];
}

const TIMERS = ['setTimeout', 'setInterval'];

function useIn(node) {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const owner = globalName(node.expression);
    const name = ts.isPropertyAccessExpression(node) ? node.name.text : node.argumentExpression.text;
    if (owner === 'console') return { power: 'console', text: `console.${name}` };
    if (owner === 'process' && name === 'env') return { power: 'environment', text: 'process.env' };
    if (owner === 'Date' && name === 'now') return { power: 'time', text: 'Date.now' };
  }
  if (ts.isVariableDeclaration(node) && node.initializer && globalName(node.initializer) === 'process') {
    const taken = ts.isObjectBindingPattern(node.name)
      ? node.name.elements.map((e) => (e.propertyName ?? e.name).text)
      : [];
    if (taken.includes('env')) return { power: 'environment', text: 'process.env' };
  }
  if (ts.isNewExpression(node) && globalName(node.expression) === 'Date' && !node.arguments?.length) {
    return { power: 'time', text: 'new Date()' };
  }
  if (ts.isCallExpression(node) && TIMERS.includes(globalName(node.expression))) {
    return { power: 'time', text: globalName(node.expression) };
  }
  return undefined;
}

/** `x` and `globalThis.x` are both x. */
function globalName(node) {
  if (ts.isIdentifier(node)) return node.text;
  const isMember = ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression);
  return isMember && node.expression.text === 'globalThis' ? node.name.text : undefined;
}
