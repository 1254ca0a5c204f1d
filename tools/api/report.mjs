import { join } from 'node:path';
import ts from 'typescript';
import { declarationsIn, exportsOf, placeOf, placeOfExport } from './declarations.mjs';

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

/** The public types of a package, door by door, in an order that does not depend on files. */
export function reportOf({ folder, manifest }) {
  const seen = new Map();
  const parts = Object.entries(manifest.exports).flatMap(([door, { types }]) =>
    types === undefined ? [] : [doorReport(`${manifest.name}${door.slice(1)}`, join(folder, types), seen)],
  );
  const hidden = hiddenReport(seen);
  const last = hidden === '' ? [] : [`# declared for these, and not exported\n\n${hidden}`];
  return [...parts, ...last].join('\n');
}

function doorReport(title, path, seen) {
  const lines = [...exportsOf(path)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, place]) => exportReport(name, place, seen));
  return `# ${title}\n\n${lines.join('\n')}\n`;
}

function exportReport(name, place, seen) {
  if (place === undefined) throw new Error(`${name} is exported and nowhere declared`);
  if (place.path === undefined) return `export { ${place.name} as ${name} } from '${place.from}';`;
  const key = `${place.path} ${place.name}`;
  const first = seen.get(key);
  if (first !== undefined) return `export { ${first} as ${name} };`;
  seen.set(key, name);
  return textOf(place, name);
}

/** The declarations of a name, without comments and without what says the same for every one. */
function textOf({ path, name }, shown = name) {
  const { source, declared } = declarationsIn(path);
  const texts = declared.get(name).map((statement) =>
    printer
      .printNode(ts.EmitHint.Unspecified, statement, source)
      .replace(/^export (?:default )?/, '')
      .replace(/^declare /, '')
      .replace(schemaType, '$<head>// as long as the schema itself'),
  );
  return [...(shown === name ? [] : [`export { ${name} as ${shown} };`]), ...texts].join('\n');
}

/** The schema of a configuration is committed as a JSON Schema, which says more, and in fewer words. */
const schemaType = /^(?<head>const \w+: z\.Zod\w+<)[^]{2000,}$/;

/** What the declarations so far speak of and nobody can import by name: a change of it is a change for users all the same. */
function hiddenReport(seen) {
  const found = [];
  const queue = [...seen.keys()].map(fromKey);
  for (const place of queue) {
    for (const wanted of wantedBy(place)) {
      const key = `${wanted.path} ${wanted.name}`;
      if (wanted.path === undefined || seen.has(key)) continue;
      seen.set(key, wanted.name);
      queue.push(wanted);
      found.push([wanted.name, textOf(wanted)]);
    }
  }
  return found
    .toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([, text]) => `${text}\n`)
    .join('');
}

const fromKey = (key) => {
  const [path, name] = key.split(' ');
  return { path, name };
};

/** What the types in a declaration name. */
function wantedBy({ path, name }) {
  const found = [];
  const look = (node) => {
    const place = namedBy(path, node);
    if (place !== undefined) found.push(place);
    ts.forEachChild(node, look);
  };
  declarationsIn(path).declared.get(name).forEach(look);
  return found;
}

function namedBy(path, node) {
  if (ts.isImportTypeNode(node)) {
    const first = node.qualifier === undefined ? undefined : leftmost(node.qualifier);
    return first === undefined ? undefined : placeOfExport(path, { from: node.argument.literal.text, name: first });
  }
  const named = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isTypeQueryNode(node)
      ? node.exprName
      : node.expression;
  const isName = ts.isTypeReferenceNode(node) || ts.isTypeQueryNode(node) || ts.isExpressionWithTypeArguments(node);
  const first = isName ? leftmost(named) : undefined;
  return first === undefined ? undefined : placeOf(path, first);
}

function leftmost(name) {
  if (ts.isIdentifier(name)) return name.text;
  if (ts.isQualifiedName(name)) return leftmost(name.left);
  return ts.isPropertyAccessExpression(name) ? leftmost(name.expression) : undefined;
}
