import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IndexedBlob } from '@umbracore/restic-reader';
import { flipIn } from '../../../tools/faults/injectors/harms.ts';
import { changeTree, Dice } from '../../../tools/testing/random-tree.ts';
import { check } from './check.ts';
import { resticVersions, World } from './restic.ts';

describe.each(resticVersions.slice(-1))('what index files say, in a repository of restic $version', ({ program }) => {
  const world = new World().prepare();
  const dir = join(world.folder, 'cache', 'index');
  const dice = new Dice('remembered index');
  const indexFiles = (): readonly string[] => readdirSync(join(world.repository, 'index')).toSorted();
  const remembered = (): readonly string[] => readdirSync(dir).toSorted();
  const backUp = async (): Promise<void> => {
    changeTree(world.sources, dice, 12);
    await world.restic(program, 'backup', '--quiet', world.sources);
  };
  const blobsOf = async (indexDir?: string): Promise<readonly IndexedBlob[]> => {
    await using repository = await world.open();
    if (indexDir !== undefined) repository.rememberIndex(indexDir);
    return [...(await repository.index()).blobs.blobs()];
  };
  /** The whole index, with the folder that remembers and without. */
  const expectSame = async (): Promise<void> => {
    expect(await blobsOf(dir)).toEqual(await blobsOf());
    expect(remembered()).toEqual(indexFiles());
  };
  const first = (): string => join(dir, remembered()[0] ?? '');

  beforeAll(async () => {
    for (let turn = 0; turn < 4; turn += 1) await backUp();
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(expectSame);

  it('is kept for this user alone, and grows by what a backup adds', async () => {
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(first()).mode & 0o777).toBe(0o600);
    const [path, content] = [first(), readFileSync(first())];
    await backUp();
    await expectSame();
    expect(readFileSync(path)).toEqual(content);
  });

  it('serves a check as the index files do', async () => {
    const { remembered: known } = await check(world.repository);
    await backUp();
    const [bare, quick] = await Promise.all([
      check(world.repository, known, { read: 'new' }),
      check(world.repository, known, { read: 'new', indexDir: dir }),
    ]);
    expect(quick.findings).toEqual(bare.findings);
    expect(quick.remembered.trees.bytes).toEqual(bare.remembered.trees.bytes);
  });

  it('drops what a prune removed', async () => {
    await world.restic(program, 'forget', '--prune', '--max-unused=0', '--quiet', 'latest');
    await expectSame();
  });

  it('counts a pack once that two index files name, as after a prune that was interrupted', async () => {
    using copy = new World().prepare();
    rmSync(copy.repository, { recursive: true });
    cpSync(world.repository, copy.repository, { recursive: true });
    const packs = async (indexDir?: string): Promise<object> => {
      await using repository = await copy.open();
      if (indexDir !== undefined) repository.rememberIndex(indexDir);
      const { blobs } = await repository.index();
      return Object.fromEntries(blobs.packs.map((pack) => [pack, blobs.packBytes(pack)]));
    };
    const kept = join(copy.folder, 'index');
    const [before, old] = [await packs(kept), readdirSync(join(copy.repository, 'index'))];
    const aside = join(copy.folder, 'aside');
    cpSync(join(copy.repository, 'index'), aside, { recursive: true });
    await copy.restic(program, 'repair', 'index', '--read-all-packs');
    for (const file of old) cpSync(join(aside, file), join(copy.repository, 'index', file));
    expect(readdirSync(join(copy.repository, 'index')).length).toBeGreaterThan(old.length);
    for (const found of [await packs(kept), await packs(kept), await packs()]) expect(found).toEqual(before);
  });

  it('does not hide that an index file is damaged', async () => {
    const file = join(world.repository, 'index', indexFiles()[0] ?? '');
    const content = readFileSync(file);
    flipIn(file, 40);
    await expect(blobsOf(dir)).rejects.toMatchObject({ code: 'repository.damaged' });
    rmSync(file);
    writeFileSync(file, content, { mode: 0o400 });
  });

  it.each([
    ['no such file', () => rmSync(first())],
    ['no such folder', () => rmSync(dir, { recursive: true })],
    ['a flipped bit', () => flipIn(first(), 100)],
    ['half of it', () => writeFileSync(first(), readFileSync(first()).subarray(0, statSync(first()).size / 2))],
    ['nothing in it', () => writeFileSync(first(), '')],
    ['a file of somebody else', () => writeFileSync(join(dir, 'else'), 'x')],
  ])('does without: %s', async (_, harm) => {
    harm();
    await expectSame();
  });

  it('does without a place to keep it in', async () => {
    expect(await blobsOf(join(world.repository, 'config', 'index'))).toEqual(await blobsOf());
  });
});
