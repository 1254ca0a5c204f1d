import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { differences } from './demo/differences.mjs';
import { fetchedRestic, findRestic, testVersions } from './restic.mjs';
import { lightRestic } from './testing/light-restic.mjs';

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

  const restic = async () => fetchedRestic(testVersions.at(-1)) ?? (await findRestic());
  const aFolder = () => {
    const path = join(folder, 'mine');
    mkdirSync(path);
    writeFileSync(join(path, 'a file'), 'of somebody');
    return path;
  };
  const titles = (stdout) => [...stdout.matchAll(/^── (.+)$/gm)].map(([, title]) => title.split(/[ ,:]/, 3).join(' '));
  const steps = ['The plan ', 'The first run', 'The second run', 'Proof  every', 'Proof  restored', 'How things stand'];

  test('does the whole of the main job', async () => {
    const { status, stdout, stderr } = demo({ UMBRA_RESTIC: await restic() }, aFolder());
    expect(status, stderr).toBe(0);
    expect(titles(stdout)).toEqual(steps);
    expect(stdout).toMatch(/^✔ \d+ files and 1 link compared byte by byte with their sources: identical$/m);
    expect(stdout.match(/^demo@.*$/gm)).toHaveLength(2);
  });

  test('fails where a later step does', async () => {
    const unableToRestore = join(folder, 'unable-to-restore');
    const otherwise = lightRestic(folder, await restic());
    writeFileSync(unableToRestore, `#!/bin/sh\n[ "$1" != restore ] || exit 1\nexec '${otherwise}' "$@"\n`, {
      mode: 0o700,
    });
    const { status, stdout, stderr } = demo({ UMBRA_RESTIC: unableToRestore }, aFolder());
    expect([status, stderr]).toEqual([1, expect.stringContaining('umbra restore ended with exit code 1')]);
    expect(titles(stdout)).toEqual(steps.slice(0, 5));
  });

  test('stops at the step that fails, with its exit code', () => {
    const { status, stdout, stderr } = demo({ UMBRA_RESTIC: join(folder, 'absent') });
    expect([status, stderr]).toEqual([1, expect.stringContaining('umbra init ended with exit code 1')]);
    expect(stdout).not.toContain('The first run');
  });
});
