import { expect, test } from 'vitest';
import type { SnapshotEntry } from '@umbracore/contracts';
import { plainStyle } from '../output/colour.ts';
import { asciiSigns } from '../output/signs.ts';
import { displayWidth } from '../output/width.ts';
import { Browser } from './browser.ts';
import { keysIn } from './keys.ts';
import { pictureOf } from './picture.ts';
import { restoreCommand } from './restore-command.ts';

const entry = (path: string, size?: number): SnapshotEntry => ({
  path,
  type: size === undefined ? 'dir' : 'file',
  size: size ?? 0,
  modifiedAt: 0,
  mode: 0o644,
  uid: 0,
  gid: 0,
});

const folders: Readonly<Record<string, readonly SnapshotEntry[]>> = {
  '/': [entry('/docs')],
  '/docs': [
    entry('/docs/a.txt', 1500),
    entry('/docs/b\u001b[31m.txt', 5),
    entry('/docs/taxes'),
    entry('/docs/文件.pdf', 7),
  ],
  '/docs/taxes': [],
};

async function at(folder: string): Promise<Browser> {
  const browser = new Browser(
    async (path) => folders[path] ?? [],
    (path) => [`versions of ${path}`],
    folder,
  );
  await browser.enter(folder);
  return browser;
}

/** What a person types, as the terminal sends it. */
async function typed(browser: Browser, input: string): Promise<boolean> {
  for (const key of keysIn(input, () => browser.isTyping)) {
    if (typeof key === 'object') browser.type((browser.filter ?? '') + key.text);
    else if (!(await browser.press(key, 10))) return false;
  }
  return true;
}

const canvas = { title: 'a title', rows: 8, columns: 60, style: plainStyle, signs: asciiSigns, now: 0 };

test('one walks down and up again to where one was, folders first', async () => {
  const browser = await at('/docs');
  const names = (): readonly string[] => browser.shown.map(({ path }) => path);
  expect(names()).toEqual(['/docs/taxes', '/docs/a.txt', '/docs/b\u001b[31m.txt', '/docs/文件.pdf']);
  await typed(browser, '\u001b[B\u001b[B\u001b[B\u001b[B\u001b[B');
  expect(browser.at).toBe(3);
  await typed(browser, '\u001b[5~\r');
  expect([browser.folder, names()]).toEqual(['/docs/taxes', []]);
  await typed(browser, '\u001b[D');
  expect([browser.folder, browser.at]).toEqual(['/docs', 0]);
  await typed(browser, 'hh');
  expect(browser.folder).toBe('/');
  expect(await typed(browser, '\u001bOC')).toBe(true);
  expect(browser.folder).toBe('/docs');
  expect(await typed(browser, 'jq')).toBe(false);
});

test('a filter takes every letter until it is ended, and gives way to escape', async () => {
  const browser = await at('/docs');
  await typed(browser, '/Q文\u007f\u007fTX');
  expect([browser.isTyping, browser.filter, browser.shown.length]).toEqual([true, 'TX', 2]);
  await typed(browser, '\r \u001b');
  expect([browser.filter, browser.shown.length, browser.marked.length]).toEqual([undefined, 4, 1]);
});

test('what is marked stays so in other folders, and becomes a command', async () => {
  const browser = await at('/docs');
  await typed(browser, 'j  \u001b[D\u001b[C ');
  expect(browser.marked.map(({ path }) => path)).toEqual(['/docs/a.txt', '/docs/b\u001b[31m.txt', '/docs/文件.pdf']);
  const command = String.raw`umbra restore 41dbb77c /docs/a.txt $'/docs/b\x1b[31m.txt' '/docs/文件.pdf' --repository home`;
  expect(restoreCommand('41dbb77c', 'home', browser.marked)).toBe(command);
  expect(restoreCommand('41dbb77c', 'home', [entry("/it's", 1)])).toContain(String.raw` '/it'\''s' `);
  await typed(browser, 'k ');
  expect(browser.marked).toHaveLength(2);
});

test('versions are shown until the next key', async () => {
  const browser = await at('/docs');
  await typed(browser, 'jv');
  expect(pictureOf(browser, canvas)).toContain('versions of /docs/a.txt');
  await typed(browser, 'k');
  expect(pictureOf(browser, canvas)).not.toContain('versions of /docs/a.txt');
  await typed(browser, '/v');
  expect([browser.filter, browser.note]).toEqual(['v', undefined]);
});

test('the picture fits, shows the part around the place, and obeys no name', async () => {
  const browser = await at('/docs');
  await typed(browser, 'jj ');
  const lines = pictureOf(browser, canvas);
  expect(lines.every((line) => displayWidth(line) <= canvas.columns)).toBe(true);
  expect(lines[1]).toBe('/docs  1 marked, 5 B');
  expect(lines).toContainEqual(expect.stringContaining('[x] b\\x1b[31m.txt'));
  expect(lines).toContainEqual(expect.stringMatching(/^> \[ \] 文件\.pdf +7 B/));
  expect(pictureOf(browser, { ...canvas, rows: 5 }).filter((line) => line.includes('[ ]'))).toHaveLength(1);
  await typed(browser, '\u001b[5~\r');
  expect(pictureOf(browser, canvas)).toContain('  This folder is empty.');
});
