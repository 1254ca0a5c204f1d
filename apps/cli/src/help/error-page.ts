import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorCatalogue } from '@umbracore/contracts';

/** In the package; in the checkout, from the bundle and from the sources. */
const folders = ['../errors', '../../../docs/errors', '../../../../docs/errors'];

/** What an error means and what to do about it: the page of the documentation that belongs to its code. */
export function errorPage(code: string): string | undefined {
  if (!Object.hasOwn(errorCatalogue, code)) return undefined;
  const file = folders
    .map((folder) => join(fileURLToPath(new URL(folder, import.meta.url)), `${code}.md`))
    .find((path) => existsSync(path));
  return file === undefined ? undefined : asText(readFileSync(file, 'utf8'));
}

const widest = 96;

/** Markdown of titles and paragraphs, as it is read on a terminal. */
export const asText = (markdown: string): string =>
  markdown
    .split('\n')
    .map((line) => (line.startsWith('#') ? line.replace(/^#+ /, '') : filled(line)))
    .join('\n');

function filled(paragraph: string): string {
  const lines = [''];
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length >= widest) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
