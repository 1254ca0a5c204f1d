import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { toUmbraError } from '@umbracore/contracts';
import { findCatalog, openCatalog, removeCatalog, type Catalog } from '@umbracore/catalog';
import { manySnapshots } from './many-snapshots.ts';
import { file, folder, MemoryRepository } from './memory-repository.ts';
import { budgetBytes, busyClock, Place } from './place.ts';
import { bundled } from '../../../tools/testing/bundled.mjs';

const expectEqual = (catalog: Catalog, repository: MemoryRepository): void => {
  expect(catalog.snapshots().map(({ id }) => id)).toEqual(repository.ids());
  for (const id of repository.ids()) expect([...catalog.list(id)]).toEqual(repository.list(id));
};

test('what did not change is not read', async () => {
  using place = new Place();
  using catalog = place.open();
  const repository = manySnapshots();
  expect(await catalog.catchUp(repository.backend(), { budgetBytes })).toEqual({ added: 5, dropped: 0, leftOut: 0 });
  // All ten and their parent, then four times the parent, the one that was new, and the one that is.
  expect(repository.treesRead).toBe(11 + 4 * 3);
  expect(await catalog.catchUp(repository.backend(), { budgetBytes })).toEqual({ added: 0, dropped: 0, leftOut: 0 });
  expect(repository.treesRead).toBe(23);
});

test('only snapshots that are new are asked for, and where there is none nothing is opened', async () => {
  using place = new Place();
  using catalog = place.open();
  const repository = manySnapshots();
  const asked: unknown[] = [];
  const backend = repository.backend();
  const watched = Object.assign(repository.backend(), {
    snapshots: (filter = {}) => {
      asked.push(filter);
      return backend.snapshots(filter);
    },
  });
  const fill = () => catalog.catchUp(watched, { budgetBytes });
  await fill();
  await fill();
  const { id } = repository.add([file('new', 'new')]);
  repository.forget(repository.ids()[0] ?? '');
  expect(await fill()).toEqual({ added: 1, dropped: 1, leftOut: 0 });
  expect(asked).toEqual([{}, { ids: [id] }]);
  expectEqual(catalog, repository);
});

test('a content that was there before, such as that of a snapshot with another tag, is not taken in twice', async () => {
  using place = new Place();
  using catalog = place.open();
  const repository = manySnapshots();
  await catalog.catchUp(repository.backend({ trees: false }), { budgetBytes });
  const [first = ''] = repository.ids();
  const again = repository.add(repository.rootOf(first), { tags: ['umbra-pin'] });
  repository.forget(first);
  expect(await catalog.catchUp(repository.backend({ trees: false }), { budgetBytes })).toMatchObject({
    added: 1,
    dropped: 1,
  });
  expect([repository.listed, repository.treesRead]).toEqual([5, 0]);
  expect([...catalog.list(again.id)]).toEqual(repository.list(again.id));
});

test('a folder that a list has overtaken is read again', async () => {
  using place = new Place();
  using catalog = place.open();
  const repository = new MemoryRepository();
  for (const [trees, content, more] of [
    [true, 'first', []],
    [false, 'the second', []],
    [true, 'first', [file('more', '')]],
  ] as const) {
    repository.add([folder('folder', file('file', content)), ...more]);
    await catalog.catchUp(repository.backend({ trees }), { budgetBytes });
  }
  expectEqual(catalog, repository);
});

test.each([1, 2, 11, 12, 13, 22])(
  'killed while it reads folder %d it goes on with the snapshot that it was at',
  async (at) => {
    using place = new Place();
    const args = [
      '--disable-warning=ExperimentalWarning',
      bundled(join(import.meta.dirname, 'killed.ts')),
      place.dir,
      String(at),
    ];
    const [, signal] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
    expect(signal).toBe('SIGKILL');
    using catalog = place.open();
    const repository = manySnapshots();
    const whole = catalog.snapshots().length;
    expect(whole).toBe(at < 12 ? 0 : Math.floor((at - 12) / 3) + 1);
    await catalog.catchUp(repository.backend(), { budgetBytes });
    expectEqual(catalog, repository);
  },
);

test('while one process fills it another one reads, and does not fill it too', async () => {
  using place = new Place();
  using catalog = place.open();
  using other = place.open();
  const repository = manySnapshots();
  await catalog.catchUp(repository.backend(), { budgetBytes });
  const later = repository.add([file('later', 'x')]);
  let refused: unknown;
  repository.beforeTree = () => {
    expect(other.snapshots()).toHaveLength(5);
    expect(other.holds(later.id)).toBe(false);
  };
  const filling = catalog.catchUp(repository.backend(), {
    budgetBytes,
    report: ({ done, total }) => {
      if (done === 0 && total === 1)
        refused = other.catchUp(repository.backend(), { budgetBytes }).catch((error: unknown) => error);
    },
  });
  await filling;
  const error = await refused;
  // Either it was refused, or it came when the work was done.
  expect(error).toEqual(
    expect.toSatisfy(
      (value: { code?: string; added?: number }) => value.code === 'state.busy' || value.added !== undefined,
    ),
  );
  expectEqual(other, repository);
});

test('another writer is told of, and not waited for', async () => {
  using place = new Place();
  using catalog = place.open();
  const repository = manySnapshots();
  using writer = new DatabaseSync(place.path);
  await catalog.catchUp(repository.backend(), { budgetBytes });
  repository.add([file('later', 'x')]);
  writer.exec('begin immediate');
  await expect(catalog.catchUp(repository.backend(), { budgetBytes })).rejects.toMatchObject({ code: 'state.busy' });
  writer.exec('rollback');
  expect(await catalog.catchUp(repository.backend(), { budgetBytes })).toMatchObject({ added: 1 });
});

test('a cancelled filling leaves whole snapshots', async () => {
  using place = new Place();
  using catalog = place.open(busyClock());
  const repository = manySnapshots();
  const stop = new AbortController();
  repository.beforeTree = () => {
    if (repository.treesRead === 13) stop.abort();
  };
  await expect(catalog.catchUp(repository.backend(), { budgetBytes, signal: stop.signal })).rejects.toMatchObject({
    code: 'run.cancelled',
  });
  expect(catalog.snapshots()).toHaveLength(1);
});

test('a file of another version or program is filled anew', async () => {
  using place = new Place();
  const repository = manySnapshots();
  for (const change of ['pragma user_version = 99', 'pragma application_id = 1']) {
    {
      using catalog = place.open();
      await catalog.catchUp(repository.backend(), { budgetBytes });
      expectEqual(catalog, repository);
    }
    using database = new DatabaseSync(place.path);
    database.exec(change);
    expect(findCatalog(place.at())).toBeUndefined();
    using anew = place.open();
    expect([anew.snapshots(), anew.asOf]).toEqual([[], undefined]);
  }
  removeCatalog(place.at());
  expect(findCatalog(place.at())).toBeUndefined();
});

test.each(['text', 'pages', 'nothing'])('a file of which %s is left is filled anew', async (left) => {
  using place = new Place();
  const repository = manySnapshots(200);
  {
    using catalog = place.open();
    await catalog.catchUp(repository.backend(), { budgetBytes });
  }
  const size = statSync(place.path).size;
  if (left === 'text')
    writeFileSync(place.path, 'no database at all, but long enough to look like something '.repeat(50));
  else if (left === 'nothing') writeFileSync(place.path, '');
  else spoil(place.path, size);
  using catalog = openCatalog(place.at());
  // The first look may meet the damage; the second one finds an empty catalog.
  const lists = repository.ids().map((id) => [id, lookInto(catalog, id)] as const);
  for (const [id, list] of lists) expect([undefined, repository.list(id), 'state.damaged']).toContainEqual(list);
  await catalog.catchUp(repository.backend(), { budgetBytes });
  expectEqual(catalog, repository);
});

/** What is listed, or the code of what is wrong; undefined if the snapshot is not there. */
function lookInto(catalog: Catalog, id: string): unknown {
  try {
    return catalog.holds(id) ? [...catalog.list(id)] : undefined;
  } catch (error) {
    return toUmbraError(error).code;
  }
}

/** Every page but the first two. */
function spoil(path: string, size: number): void {
  const file = openSync(path, 'r+');
  for (let at = 8192; at < size; at += 4096) writeSync(file, Buffer.alloc(4096, at % 251), 0, 4096, at);
  // A log beside it would make up for it.
  for (const suffix of ['-wal', '-shm']) writeFileSync(path + suffix, '');
}

test('it stays within its budget: the oldest snapshots are left out, and are not tried again', async () => {
  using place = new Place();
  using catalog = place.open();
  const repository = new MemoryRepository();
  for (let turn = 0; turn < 8; turn += 1) {
    repository.add(Array.from({ length: 1000 }, (_, nth) => file(`a file with a long name ${turn} ${nth}`, 'x')));
  }
  const budget = { budgetBytes: 500_000 };
  const { leftOut } = await catalog.catchUp(repository.backend(), budget);
  expect(leftOut).toBeGreaterThan(0);
  expect(leftOut).toBeLessThan(8);
  expect(catalog.snapshots().map(({ id }) => id)).toEqual(repository.ids().slice(leftOut));
  const read = repository.treesRead;
  expect(await catalog.catchUp(repository.backend(), budget)).toEqual({ added: 0, dropped: 0, leftOut });
  expect(repository.treesRead).toBe(read);
  // With more room they are taken in after all.
  expect(await catalog.catchUp(repository.backend(), { budgetBytes })).toMatchObject({ added: leftOut, leftOut: 0 });
  expectEqual(catalog, repository);
});

test('a snapshot that is far too large is given up half way, once', async () => {
  using place = new Place();
  using catalog = place.open(busyClock());
  const repository = manySnapshots(400);
  const budget = { budgetBytes: 100_000 };
  expect(await catalog.catchUp(repository.backend(), budget)).toEqual({ added: 0, dropped: 0, leftOut: 5 });
  const read = repository.treesRead;
  await catalog.catchUp(repository.backend(), budget);
  expect(repository.treesRead).toBe(read);
});

test('a search that is overtaken by a closing says so, and goes through thousands of hits', async () => {
  using place = new Place();
  const catalog = place.open();
  const repository = new MemoryRepository();
  // More than are asked for at once, and one that fits inside of another one that does.
  const many = Array.from({ length: 6000 }, (_, nth) => file(`hit ${nth}`, `${nth}`));
  repository.add([folder('hits', folder('hit', ...many)), ...many.slice(0, 10)]);
  await catalog.catchUp(repository.backend(), { budgetBytes });
  const paths = [...catalog.find({ pattern: 'hit*', ignoreCase: false })].map(({ entry }) => entry.path);
  expect([paths.length, new Set(paths).size]).toEqual([6012, 6012]);
  expect(() => {
    for (const _ of catalog.find({ pattern: 'hit*', ignoreCase: false })) catalog[Symbol.dispose]();
  }).toThrow(expect.objectContaining({ code: 'state.busy' }));
});

test('it tells when its file is another one', async () => {
  using place = new Place();
  using catalog = place.open();
  expect(catalog.isReplaced).toBe(false);
  removeCatalog(place.at());
  expect(catalog.isReplaced).toBe(true);
  using other = place.open();
  expect([catalog.isReplaced, other.isReplaced]).toEqual([true, false]);
  catalog.drop();
  expect(catalog.isReplaced).toBe(false);
});

test('nobody else may read it', async () => {
  using place = new Place();
  using catalog = place.open();
  await catalog.catchUp(manySnapshots().backend(), { budgetBytes });
  const modes = ['', '-wal', '-shm'].map((suffix) => statSync(place.path + suffix).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});
