import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const files = new Map();

/** A declaration file of ours: what it declares, what it takes from where, and what it gives away. */
export function declarationsIn(path) {
  let known = files.get(path);
  if (known === undefined) files.set(path, (known = read(path)));
  return known;
}

function read(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const file = { path, source, declared: new Map(), imported: new Map(), exported: new Map(), stars: [] };
  for (const statement of source.statements) take(statement, file);
  return file;
}

function take(statement, file) {
  if (ts.isImportDeclaration(statement)) takeImport(statement, file);
  else if (ts.isExportDeclaration(statement)) takeExport(statement, file);
  else if (ts.isExportAssignment(statement)) file.exported.set('default', { local: statement.expression.getText() });
  else for (const name of namesOf(statement)) declare(name, statement, file);
}

function declare(name, statement, file) {
  file.declared.set(name, [...(file.declared.get(name) ?? []), statement]);
  const modifiers = statement.modifiers?.map(({ kind }) => kind) ?? [];
  if (!modifiers.includes(ts.SyntaxKind.ExportKeyword)) return;
  file.exported.set(modifiers.includes(ts.SyntaxKind.DefaultKeyword) ? 'default' : name, { local: name });
}

const namesOf = (statement) =>
  ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText())
    : statement.name === undefined
      ? []
      : [statement.name.getText()];

function takeImport({ importClause, moduleSpecifier: { text: from } }, { imported }) {
  if (importClause?.name !== undefined) imported.set(importClause.name.text, { from, name: 'default' });
  const bindings = importClause?.namedBindings;
  if (bindings === undefined) return;
  if (ts.isNamespaceImport(bindings)) imported.set(bindings.name.text, { from, name: '*' });
  else
    for (const { name, propertyName } of bindings.elements)
      imported.set(name.text, { from, name: (propertyName ?? name).text });
}

function takeExport({ exportClause, moduleSpecifier }, { exported, stars }) {
  const from = moduleSpecifier?.text;
  if (exportClause === undefined) stars.push(from);
  else if (ts.isNamespaceExport(exportClause)) exported.set(exportClause.name.text, { from, name: '*' });
  else
    for (const { name, propertyName } of exportClause.elements) {
      const local = (propertyName ?? name).text;
      exported.set(name.text, from === undefined ? { local } : { from, name: local });
    }
}

/** The declaration file behind a relative specifier. */
function beside(path, specifier) {
  const place = join(dirname(path), specifier.replace(/\.[cm]?[jt]s$/, ''));
  return [`${place}.d.ts`, join(place, 'index.d.ts')].find((file) => existsSync(file)) ?? `${place}.d.ts`;
}

const isRelative = (specifier) => specifier.startsWith('.');

/** Where what a file calls by this name is declared: `{ path, name }`, `{ from, name }` outside, or nothing. */
export function placeOf(path, local) {
  const { declared, imported } = declarationsIn(path);
  if (declared.has(local)) return { path, name: local };
  const taken = imported.get(local);
  return taken === undefined ? undefined : placeOfExport(path, taken);
}

/** Where that which another file gives away by this name is declared. */
export function placeOfExport(path, { from, name }) {
  return isRelative(from) && name !== '*' ? exportsOf(beside(path, from)).get(name) : { from, name };
}

/** Everything that a file gives away, by name, with the place where it is declared. */
export function exportsOf(path) {
  const { exported, stars } = declarationsIn(path);
  const all = new Map();
  for (const from of stars) {
    if (!isRelative(from)) all.set(`* from ${from}`, { from, name: '*' });
    else for (const [name, place] of exportsOf(beside(path, from))) if (name !== 'default') all.set(name, place);
  }
  for (const [name, { local, ...other }] of exported) {
    all.set(name, local === undefined ? placeOfExport(path, other) : placeOf(path, local));
  }
  return all;
}
