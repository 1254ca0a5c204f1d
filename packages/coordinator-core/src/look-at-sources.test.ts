import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookAtSources, sharedLooks } from './look-at-sources.ts';

let folder: string;
const look = (...names: readonly string[]) =>
  lookAtSources(names.map((name) => ({ path: join(folder, name), required: true })));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-look-'));
  await mkdir(join(folder, 'full'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'full', 'file'), '');
  await symlink(join(folder, 'full'), join(folder, 'link'));
  await symlink(join(folder, 'nowhere'), join(folder, 'broken'));
  await mkdir(join(folder, '*'));
});

afterEach(() => rm(folder, { recursive: true }));

test('sees folders, files and what is missing', async () => {
  const { facts, paths } = await look('full', 'empty', 'full/file', 'absent', 'full/file/below', 'broken');
  expect(facts.map(({ present, empty }) => [present, empty])).toEqual([
    [true, false],
    [true, true],
    [true, false],
    [false, false],
    [false, false],
    [false, false],
  ]);
  expect(facts[0]?.device).toBeTypeOf('number');
  expect(facts[3]?.device).toBeNull();
  expect(paths).toEqual(['full', 'empty', 'full/file'].map((name) => join(folder, name)));
});

test('gives the engine what a link points to, but remembers it by its name', async () => {
  const { facts, paths } = await look('link');
  expect(paths).toEqual([join(folder, 'full')]);
  expect(facts[0]).toMatchObject({ path: join(folder, 'link'), present: true, empty: false });
});

test('takes a path for a path, not for a pattern', async () => {
  expect((await look('*')).facts[0]).toMatchObject({ present: true, empty: true });
  expect((await look('f*')).facts[0]?.present).toBe(false);
});

test('a look that does not come back is not begun again', async () => {
  const asked: string[] = [];
  let answer = (): void => {};
  const look = sharedLooks(async (path) => {
    asked.push(path);
    await new Promise<void>((resolve) => (answer = resolve));
    return { fact: { path, present: true, empty: false, device: 1 }, target: path };
  });
  const both = [look('/dead'), look('/dead')];
  expect(asked).toEqual(['/dead']);
  answer();
  const [one, other] = await Promise.all(both);
  expect(one).toBe(other);
  void look('/dead');
  expect(asked).toEqual(['/dead', '/dead']);
});
