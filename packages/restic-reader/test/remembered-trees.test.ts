import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ListedNode, ResticRepository } from '@umbracore/restic-reader';
import { flipIn } from '../../../tools/faults/injectors/harms.ts';
import { changeTree, Dice } from '../../../tools/testing/random-tree.ts';
import { gather, resticVersions, World } from './restic.ts';

const shown = (listed: readonly ListedNode[]): readonly unknown[] =>
  listed.map(({ text, node }) => [text, node.stored]);

describe.each(resticVersions.slice(-1))('where trees lie, in a repository of restic $version', ({ program }) => {
  const world = new World().prepare();
  const file = join(world.folder, 'cache', 'trees');
  const dice = new Dice('remembered trees');
  const indexFiles = (): readonly string[] => readdirSync(join(world.repository, 'index'));
  const backUp = async (): Promise<string> => {
    changeTree(world.sources, dice, 12);
    return world.restic(program, 'backup', '--quiet', world.sources);
  };
  const opened = async (): Promise<ResticRepository> => {
    const repository = await world.open();
    repository.rememberTrees(file);
    return repository;
  };
  /** Every entry of every snapshot, with the file that remembers and without. */
  const same = async (): Promise<void> => {
    await using bare = await world.open();
    await using quick = await opened();
    for (const { id } of await bare.snapshots())
      expect(shown(await gather(quick.ls(id)))).toEqual(shown(await gather(bare.ls(id))));
  };
  /** Nobody can read these index files any more; gives them back at the end. */
  const spoiled = (ids: readonly string[]): Disposable => {
    const files = ids.map((id) => join(world.repository, 'index', id));
    const contents = files.map((path) => readFileSync(path));
    for (const path of files) {
      chmodSync(path, 0o600);
      writeFileSync(path, 'x');
    }
    return {
      [Symbol.dispose]() {
        for (const [at, path] of files.entries()) writeFileSync(path, contents[at] ?? '');
      },
    };
  };

  beforeAll(async () => {
    for (let turn = 0; turn < 4; turn += 1) await backUp();
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(same);

  it('is kept for this user alone, and serves without the index files that are known', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await using bare = await world.open();
    const newest = (await bare.snapshots()).at(-1);
    const expected = await gather(bare.ls(newest?.id ?? ''));
    using _ = spoiled(indexFiles());
    await using quick = await opened();
    expect(shown(await gather(quick.ls(newest?.id ?? '')))).toEqual(shown(expected));
  });

  it('has only the index files read that came', async () => {
    const known = indexFiles();
    await backUp();
    {
      using _ = spoiled(known);
      await using quick = await opened();
      const newest = (await quick.snapshots()).at(-1);
      expect((await gather(quick.ls(newest?.id ?? ''))).length).toBeGreaterThan(0);
    }
    await same();
  });

  it('drops what a prune removed, and finds what it moved', async () => {
    await using early = await opened();
    const [oldest, ...others] = await early.snapshots();
    await gather(early.ls(oldest?.id ?? ''));
    const before = statSync(file).size;
    const gone = [oldest, ...others.slice(0, -2)].map((snapshot) => snapshot?.id ?? '');
    await world.restic(program, 'forget', '--prune', '--max-unused=0', '--quiet', ...gone);
    await same();
    expect(statSync(file).size).toBeLessThan(before);
    // One that was open meanwhile looks into the index.
    for (const { id } of others.slice(-2)) expect((await gather(early.ls(id))).length).toBeGreaterThan(0);
  });

  it.each([
    ['no such file', () => rmSync(file)],
    ['a flipped bit', () => flipIn(file, 200)],
    ['half of it', () => writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size / 2))],
    ['nothing in it', () => writeFileSync(file, '')],
  ])('does without: %s', async (_, harm) => {
    harm();
    await same();
    expect(statSync(file).size).toBeGreaterThan(100);
  });

  it('does without a place to keep it in', async () => {
    await using repository = await world.open();
    repository.rememberTrees(join(world.repository, 'config', 'trees'));
    const newest = (await repository.snapshots()).at(-1);
    expect((await gather(repository.ls(newest?.id ?? ''))).length).toBeGreaterThan(0);
  });

  it('holds nothing of another repository in the same place', async () => {
    using other = new World().prepare();
    writeFileSync(join(other.sources, 'alone'), 'alone');
    await other.restic(program, 'backup', '--quiet', other.sources);
    await using repository = await other.open();
    repository.rememberTrees(file);
    const [only] = await repository.snapshots();
    expect((await gather(repository.ls(only?.id ?? ''))).some(({ text }) => text.endsWith('/alone'))).toBe(true);
    await same();
  });
});
