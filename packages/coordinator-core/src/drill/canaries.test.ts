import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { canariesAt } from './canaries.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-canaries-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

mkdirSync(join(folder, 'disk', 'deep'), { recursive: true });
writeFileSync(join(folder, 'disk', 'deep', 'canary'), 'x');
symlinkSync('disk', join(folder, 'link'));
symlinkSync('disk/deep/canary', join(folder, 'bird'));

test.each<[string, readonly string[]]>([
  ['disk/deep/canary', ['disk/deep/canary']],
  ['link/deep/canary', ['link/deep/canary', 'disk/deep/canary']],
  // It is gone, and its folder too: where it was is known all the same.
  ['link/gone/canary', ['link/gone/canary', 'disk/gone/canary']],
  ['bird', ['bird', 'disk/deep/canary']],
  ['nowhere', ['nowhere']],
])('%s', async (path, saved) => {
  const at = (name: string) => join(folder, name);
  expect(await canariesAt([at(path)])).toEqual([{ path: at(path), saved: saved.map(at) }]);
});
