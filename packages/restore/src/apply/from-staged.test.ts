import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fromStaged } from './from-staged.ts';

const world = mkdtempSync(join(tmpdir(), 'umbra-staged-'));
afterAll(() => rmSync(world, { recursive: true }));
const staged = join(world, 'staged');
mkdirSync(join(staged, 'home', 'a'), { recursive: true });
writeFileSync(join(staged, 'home', 'a', '-n b'), 'x', { mode: 0o640 });
mkdirSync(join(world, 'outside'));
writeFileSync(join(world, 'outside', 'file'), 'not of the snapshot');
symlinkSync(join(world, 'outside'), join(staged, 'home', 'link'));

test('only what is asked for comes along, links as links, and never through one', async () => {
  const target = join(world, 'tree');
  const include = ['/home/a/-n b', '/home/link', '/home/link/file', '/home/gone'];
  const { failed } = await fromStaged(staged, { target, include }, undefined);
  expect(failed.map(({ path }) => path)).toEqual([join(target, 'home/link/file'), join(target, 'home/gone')]);
  expect(readFileSync(join(target, 'home/a/-n b'), 'utf8')).toBe('x');
  expect(lstatSync(join(target, 'home/a/-n b')).mode & 0o777).toBe(0o640);
  expect(lstatSync(join(target, 'home/link')).isSymbolicLink()).toBe(true);
});

test('everything comes where nothing is chosen; a folder that others can write is refused', async () => {
  const target = join(world, 'all');
  expect(await fromStaged(staged, { target, include: [] }, undefined)).toMatchObject({ failedCount: 0 });
  expect(readFileSync(join(target, 'home/a/-n b'), 'utf8')).toBe('x');
  chmodSync(staged, 0o777);
  await expect(fromStaged(staged, { target, include: [] }, undefined)).rejects.toMatchObject({
    code: 'restore.target',
  });
});
