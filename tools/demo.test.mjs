import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { differences } from './demo/differences.mjs';

const program = fileURLToPath(new URL('demo.mjs', import.meta.url));

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-demo-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('what is restored is compared with its source', () => {
  const source = () => join(folder, 'source');
  const copy = () => join(folder, 'copy');

  beforeEach(() => {
    for (const tree of [source(), copy()]) {
      mkdirSync(join(tree, 'sub'), { recursive: true });
      writeFileSync(join(tree, 'a'), 'a');
      writeFileSync(join(tree, 'sub/b'), 'b');
      symlinkSync('a', join(tree, 'link'));
    }
  });

  test('and is the same', () => {
    expect(differences(source(), copy())).toEqual({ files: 2, links: 1, unread: 0, problems: [] });
  });

  test.each([
    ['other content', () => writeFileSync(join(copy(), 'sub/b'), 'c'), 'sub/b has other content'],
    ['a file that is missing', () => rmSync(join(copy(), 'a')), 'a was not restored'],
    ['a folder that is missing', () => rmSync(join(copy(), 'sub'), { recursive: true }), 'sub was not restored'],
    ['a file that is no more', () => rmSync(join(source(), 'a')), 'a was not in the source'],
    [
      'a link to elsewhere',
      () => {
        rmSync(join(copy(), 'link'));
        symlinkSync('b', join(copy(), 'link'));
      },
      'link points elsewhere',
    ],
  ])('or has %s', (_, harm, words) => {
    harm();
    expect(differences(source(), copy()).problems).toEqual([expect.stringContaining(words)]);
  });

  test.skipIf(process.getuid() === 0)('what cannot be read (root reads all) is left out, and nothing else is', () => {
    for (const name of ['a', 'sub']) {
      rmSync(join(copy(), name), { recursive: true });
      chmodSync(join(source(), name), 0);
    }
    rmSync(join(copy(), 'link'));
    const { unread, problems } = differences(source(), copy());
    chmodSync(join(source(), 'sub'), 0o700);
    expect([unread, problems]).toEqual([2, [expect.stringContaining('link was not restored')]]);
  });
});

describe('the demo', () => {
  const demo = (env, ...args) =>
    spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...env },
    });

  test('of a folder that is not there: 2, and nothing is made', () => {
    const { status, stderr } = demo({}, join(folder, 'absent'));
    expect([status, stderr]).toEqual([2, expect.stringContaining(`there is no ${join(folder, 'absent')}`)]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a folder that holds its own one: 2, and nothing is made', () => {
    const { status, stderr } = demo({}, folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining('set TMPDIR')]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('stops at the step that fails, with its exit code', () => {
    const { status, stdout, stderr } = demo({ UMBRA_RESTIC: join(folder, 'absent') });
    expect([status, stderr]).toEqual([1, expect.stringContaining('umbra init ended with exit code 1')]);
    expect(stdout).not.toContain('The first run');
  });
});
