import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../dev/process.mjs';
import { licenceOf, noticesFor, packageFolder } from './bundled.mjs';

const folder = mkdtempSync(join(tmpdir(), 'umbra-notices-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aPackage(name, license, files) {
  const place = join(folder, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text);
  return place;
}

test('each package is named once, with the text that it brings', () => {
  const one = aPackage('@scope/one', 'Apache-2.0', { 'LICENSE.md': 'Licence of one', NOTICE: 'Notice of one' });
  const two = aPackage('two', 'MIT', { license: 'Licence of two' });
  const page = noticesFor([`${two}/a.js`, `${one}/lib/b.js`, `${one}/c.js`, join(root, 'apps/cli/src/umbra.ts')]);
  expect(page).toContain('2 packages');
  expect(page).toMatch(
    /@scope\/one 1\.2\.3 \(Apache-2\.0\)\n-+\n\nLicence of one\n\nNotice of one\n\n-+\ntwo 1\.2\.3 \(MIT\)/,
  );
});

test('one without a text, or with a licence that nobody has looked at, stops the build', () => {
  expect(() => licenceOf(aPackage('bare', 'MIT', {}))).toThrow('bare 1.2.3 brings no text of its licence');
  expect(() => licenceOf(aPackage('strict', 'GPL-3.0', { LICENSE: 'x' }))).toThrow('licence GPL-3.0');
});

test('a package in the folder of another one is the inner one', () => {
  expect(packageFolder('/a/node_modules/b/node_modules/@c/d/e.js')).toBe('/a/node_modules/b/node_modules/@c/d');
  expect(packageFolder('/a/packages/b/src/c.ts')).toBeUndefined();
});

test('what the built program loads has its notice beside it', () => {
  const page = readFileSync(join(root, 'apps/cli/dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
  const { devDependencies = {} } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));
  const libraries = Object.keys(devDependencies).filter((name) => !/^@(?:umbracore|types)\//.test(name));
  const bundled = [...libraries, 'zod', 'inversify', 'nodemailer', 'cron-parser'];
  expect(bundled.filter((name) => !page.includes(`\n${name} ${versionOf(name)} (`))).toEqual([]);
});

/** A package of the workspace may have its own beside it. */
function versionOf(name) {
  const places = ['apps/cli/node_modules', 'node_modules'].map((place) => join(root, place, name, 'package.json'));
  return JSON.parse(readFileSync(places.find(existsSync), 'utf8')).version;
}
