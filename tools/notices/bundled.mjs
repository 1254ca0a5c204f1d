import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** What may be given on inside of a program of another licence, as long as its text goes with it. */
const allowed = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0']);

/** Those that say in their manifest that they are under the MIT licence and bring no text of it: whose they are, as they say it. */
const withoutText = { '@bomb.sh/tab': 'Copyright (c) Bombshell Authors (https://github.com/bombshell-dev)' };

/** The folder of the package that a file belongs to, or undefined for a file of ours. */
export function packageFolder(file) {
  const parts = resolve(file).split(sep);
  const place = parts.lastIndexOf('node_modules');
  if (place === -1) return undefined;
  const depth = parts[place + 1]?.startsWith('@') ? 3 : 2;
  return parts.slice(0, place + depth).join(sep);
}

/** A package with its licence as it came. Throws where there is none, or one that nobody has looked at. */
export function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!allowed.has(license))
    throw new Error(`${name} ${version} has the licence ${license}, which nobody has looked at`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(?:[.-](?:md|txt|mit))?$/i.test(entry));
  if (file === undefined) {
    const owner = withoutText[name];
    if (owner === undefined || license !== 'MIT') throw new Error(`${name} ${version} brings no text of its licence`);
    return { name, version, license, text: `${owner}\n\n${mit}` };
  }
  const notice = readdirSync(folder).find((entry) => /^notice(?:\.(?:md|txt))?$/i.test(entry));
  const texts = [file, notice].flatMap((entry) =>
    entry === undefined ? [] : [readFileSync(join(folder, entry), 'utf8').trim()],
  );
  return { name, version, license, text: texts.join('\n\n') };
}

/** The page that goes with a program, of the files that it was made of. */
export function noticesFor(files) {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  const packages = [...folders].map(licenceOf).sort((one, other) => (one.name < other.name ? -1 : 1));
  const head = `These programs contain code of ${packages.length} packages of others. Each is here with its licence.`;
  const line = '-'.repeat(80);
  const parts = packages.map(
    ({ name, version, license, text }) => `${line}\n${name} ${version} (${license})\n${line}\n\n${text}`,
  );
  return `${[head, ...parts].join('\n\n')}\n`;
}

const mit = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
