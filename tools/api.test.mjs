import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { reportOf } from './api/report.mjs';

const folders = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** The report of a package with these declaration files; `index.d.ts` is its door. */
function report(files) {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-api-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return reportOf({ folder, manifest: { name: '@us/it', exports: { '.': { types: './index.d.ts' } } } });
}

const door = "export * from './a.ts';\nexport { b as c } from './b/index.ts';\n";

test('says what is exported, by name and without comments, and from where what is not ours comes', () => {
  const text = report({
    'index.d.ts': `${door}export type { Far } from 'elsewhere';\n`,
    'a.d.ts':
      '/** Told. */\nexport declare function z(a: string): void;\nexport interface A {\n    /** Told. */\n    b: 1;\n}\n',
    'b/index.d.ts': 'export declare const b: 1;\n',
  });
  expect(text).toBe(
    "# @us/it\n\ninterface A {\n    b: 1;\n}\nexport { Far as Far } from 'elsewhere';\nexport { b as c };\nconst b: 1;\nfunction z(a: string): void;\n",
  );
});

test('changes with a type that is not exported, however far away it is', () => {
  const withHidden = (type) =>
    report({
      'index.d.ts': "export { make } from './a.ts';\n",
      'a.d.ts': "import type { Near } from './near.ts';\nexport declare function make(): Near;\n",
      'near.d.ts': `export interface Near {\n    far: import('./far.ts').Far;\n}\n`,
      'far.d.ts': `type Inner = ${type};\nexport type Far = Inner[];\nexport type Other = 5;\n`,
    });
  expect(withHidden('string')).toContain('type Far = Inner[];\n');
  expect(withHidden('string')).not.toContain('Other');
  expect(withHidden('string')).not.toBe(withHidden('number'));
});

test('does not change with the file in which something is declared', () => {
  const one = { 'index.d.ts': "export * from './a.ts';\n", 'a.d.ts': 'export type A = 1;\nexport type B = A;\n' };
  const two = {
    'index.d.ts': "export * from './b.ts';\nexport * from './a.ts';\n",
    'a.d.ts': 'export type A = 1;\n',
    'b.d.ts': "import type { A } from './a.ts';\nexport type B = A;\n",
  };
  expect(report(two)).toBe(report(one));
});
