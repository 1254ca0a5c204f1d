import { deepEqual, equal, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PathChange, TreeEntry, TreeReader } from '@umbracore/contracts';
import { type BackendCase, awkwardFiles, backUp, collect, refuses, withBackup } from '../backend-subject.ts';

export const snapshotCases: readonly BackendCase[] = [
  {
    name: 'holds is true for a snapshot of the repository',
    async run(subject) {
      const { id } = await withBackup(subject);
      equal(await subject.backend.holds(id), true);
    },
  },
  {
    name: 'holds is false for any other snapshot',
    async run(subject) {
      await withBackup(subject);
      equal(await subject.backend.holds('0'.repeat(64)), false);
    },
  },
  {
    name: 'snapshots gives those that carry all the tags',
    async run(subject) {
      const { source, id } = await withBackup(subject, undefined, { tags: ['red', 'umbra-run:r-1'] });
      const other = await backUp(subject, source, { tags: ['red', 'umbra-run:r-2'] });
      const idsOf = async (...tags: string[]) => (await subject.backend.snapshots({ tags })).map((one) => one.id);
      deepEqual(await idsOf('red'), [id, other.id]);
      deepEqual(await idsOf('red', 'umbra-run:r-2'), [other.id]);
      deepEqual(await idsOf('umbra-run:r'), []);
    },
  },
  {
    name: 'snapshots can be chosen by id and host',
    async run(subject) {
      const { source, id } = await withBackup(subject, undefined, { host: 'one' });
      const other = await backUp(subject, source, { host: 'two' });
      const chosen = async (filter: object) => (await subject.backend.snapshots(filter)).map((snapshot) => snapshot.id);
      deepEqual(await chosen({ ids: [id.slice(0, 12)] }), [id]);
      deepEqual(await chosen({ host: 'two' }), [other.id]);
      deepEqual(await chosen({ ids: ['0'.repeat(64)] }), []);
    },
  },
  {
    name: 'snapshots come oldest first',
    async run(subject) {
      const { source, id } = await withBackup(subject);
      const later = [await backUp(subject, source), await backUp(subject, source)];
      const ids = (await subject.backend.snapshots()).map((snapshot) => snapshot.id);
      deepEqual(ids, [id, ...later.map((one) => one.id)]);
    },
  },
  {
    name: 'snapshotIds gives the ids of all snapshots',
    needs: ['snapshot-ids'],
    async run(subject) {
      const { source } = await withBackup(subject);
      await backUp(subject, source);
      const ids = (await subject.backend.snapshots()).map(({ id }) => id);
      deepEqual((await subject.backend.snapshotIds()).toSorted(), ids.toSorted());
    },
  },
  {
    name: 'list gives every entry of a snapshot with its verbatim path',
    needs: ['list'],
    async run(subject) {
      const { source, id } = await withBackup(subject, awkwardFiles);
      const entries = await collect(subject.backend.list(id));
      const files = entries.filter(({ type }) => type === 'file').map(({ path, size }) => [path, size]);
      const expected = Object.entries(awkwardFiles).map(([name, text]) => [join(source, name), text.length]);
      deepEqual(new Map(files as [string, number][]), new Map(expected as [string, number][]));
    },
  },
  {
    name: 'list gives only what is below the path',
    needs: ['list'],
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'in/a': 'alpha', 'in-between': 'beta', out: 'gamma' });
      const entries = await collect(subject.backend.list(id, join(source, 'in')));
      const files = entries.filter(({ type }) => type === 'file').map(({ path }) => path);
      deepEqual(files, [join(source, 'in/a')]);
    },
  },
  {
    name: 'list gives a file by its own path, and nothing where there is none',
    needs: ['list'],
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'in/a': 'alpha', 'in/a b': 'beta' });
      const paths = async (path: string) => (await collect(subject.backend.list(id, path))).map((entry) => entry.path);
      deepEqual(await paths(join(source, 'in/a')), [join(source, 'in/a')]);
      deepEqual(await paths(join(source, 'in/b')), []);
      deepEqual(await paths(join(source, 'in/a/b')), []);
    },
  },
  {
    name: 'openTrees gives what list gives, and equal folders the same id',
    needs: ['list', 'trees'],
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'same/a': 'alpha', 'other/b': 'beta', empty: '' });
      await writeFile(join(source, 'other', 'b'), 'gamma');
      const later = await backUp(subject, source);
      await using trees = await subject.backend.openTrees();
      const [before, after] = [await treesOf(trees, id), await treesOf(trees, later.id)];
      const listed = await collect(subject.backend.list(id, source));
      deepEqual(
        listed.map(({ path, type, size, modifiedAt }) => [path, type, size, modifiedAt]),
        listed.map(({ path }) => before.get(path)).map((one) => one && [one.path, one.type, one.size, one.modifiedAt]),
      );
      const changed = (name: string) =>
        before.get(join(source, name))?.subtree !== after.get(join(source, name))?.subtree;
      deepEqual([changed(''), changed('same'), changed('other')], [true, false, true]);
      const [chunk = ''] = before.get(join(source, 'same/a'))?.content ?? [];
      equal(await trees.chunkBytes(chunk), 5);
      if (trees.chunkHash === 'sha256') equal(chunk, createHash('sha256').update('alpha').digest('hex'));
      deepEqual(before.get(join(source, 'empty'))?.content, []);
      await refuses(trees.root('0'.repeat(64)), 'snapshot.absent');
    },
  },
  {
    name: 'find gives the matching entries and their snapshot',
    needs: ['find'],
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'tax.pdf': 'alpha', 'note.txt': 'beta' });
      const found = await subject.backend.find({ pattern: '*.pdf', ignoreCase: false, snapshots: {} });
      deepEqual(
        found.map(({ snapshot, entry }) => [snapshot, entry.path]),
        [[id, join(source, 'tax.pdf')]],
      );
    },
  },
  {
    name: 'diff tells added, removed and modified paths',
    needs: ['diff'],
    async run(subject) {
      const { source, id } = await withBackup(subject, { same: 'alpha', changed: 'beta' });
      await writeFile(join(source, 'changed'), 'a longer beta');
      await writeFile(join(source, 'added'), 'gamma');
      const later = await backUp(subject, source);
      const { changes } = await subject.backend.diff(id, later.id);
      const changeOf = (name: string) => changes.find(({ path }) => path === join(source, name))?.change;
      deepEqual(['same', 'changed', 'added'].map(changeOf), [undefined, 'modified', 'added']);
      const back = await subject.backend.diff(later.id, id);
      ok(back.changes.some(({ path, change }) => change === 'removed' && path === join(source, 'added')));
      const taken: PathChange[] = [];
      const streamed = await subject.backend.diff(later.id, id, { take: (some) => void taken.push(...some) });
      deepEqual([streamed.changes, taken], [[], back.changes]);
    },
  },
];

interface PlacedEntry extends TreeEntry {
  readonly path: string;
}

/** Everything in a snapshot by its path. */
async function treesOf(trees: TreeReader, snapshot: string): Promise<ReadonlyMap<string, PlacedEntry>> {
  const found = new Map<string, PlacedEntry>();
  const visit = async (tree: string, folder: string): Promise<void> => {
    for (const entry of await trees.read(tree)) {
      const path = `${folder}/${entry.name}`;
      found.set(path, { ...entry, path });
      if (entry.subtree !== undefined) await visit(entry.subtree, path);
    }
  };
  await visit(await trees.root(snapshot), '');
  return found;
}
