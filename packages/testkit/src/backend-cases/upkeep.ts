import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { aBackupSpec } from '../builders.ts';
import { type BackendCase, backUp, newSpool, sourceWith, withBackup } from '../backend-subject.ts';

export const upkeepCases: readonly BackendCase[] = [
  {
    name: 'forget removes exactly the listed snapshots',
    needs: ['forget'],
    async run(subject) {
      const { source, id } = await withBackup(subject, undefined, { tags: ['keep'] });
      const [second, third] = [await backUp(subject, source), await backUp(subject, source)];
      await subject.backend.forget([second.id]);
      deepEqual(
        (await subject.backend.snapshots()).map((snapshot) => snapshot.id),
        [id, third.id],
      );
    },
  },
  {
    name: 'forgetting nothing removes nothing',
    needs: ['forget'],
    async run(subject) {
      const { id } = await withBackup(subject);
      await subject.backend.forget([]);
      ok(await subject.backend.holds(id));
    },
  },
  {
    name: 'prune keeps every snapshot',
    needs: ['prune'],
    async run(subject) {
      const { id } = await withBackup(subject);
      await subject.backend.prune();
      ok(await subject.backend.holds(id));
    },
  },
  {
    name: 'check finds a fresh repository sound',
    needs: ['check'],
    async run(subject) {
      await withBackup(subject);
      const report = await subject.backend.check({ type: 'structure' });
      deepEqual([report.sound, report.problems], [true, []]);
    },
  },
  {
    name: 'check of the data finds a fresh repository sound, in parts and as a whole',
    needs: ['check-data'],
    async run(subject) {
      await withBackup(subject);
      for (const scope of [
        { type: 'part', part: 1, of: 2 },
        { type: 'percent', percent: 50 },
        { type: 'all' },
      ] as const) {
        equal((await subject.backend.check(scope)).sound, true, scope.type);
      }
    },
  },
  {
    name: 'checkNew finds what was saved sound, reads it once, and remembers that',
    needs: ['check-new'],
    async run(subject) {
      await withBackup(subject);
      const first = await subject.backend.checkNew({ read: 'all' });
      deepEqual([first.sound, first.problems, first.snapshots], [true, [], 1]);
      ok(first.read.packs > 0 && first.read.bytes > 0);
      const again = await subject.backend.checkNew({ read: 'new' });
      deepEqual([again.sound, again.read], [true, { trees: 0, packs: 0, bytes: 0 }]);
      const { bytes, freshBytes, unreadBytes } = await subject.backend.coverage(86_400_000);
      deepEqual([freshBytes, unreadBytes], [bytes, 0]);
    },
  },
  {
    name: 'tag adds and removes tags and tells the new ids',
    needs: ['tag'],
    async run(subject) {
      const { id } = await withBackup(subject, undefined, { tags: ['old', 'stays'] });
      const renamed = await subject.backend.tag([id], ['new'], ['old']);
      const [snapshot, ...more] = await subject.backend.snapshots();
      equal(more.length, 0);
      equal(snapshot?.id, renamed.get(id));
      deepEqual([...(snapshot?.tags ?? [])].sort(), ['new', 'stays']);
    },
  },
  {
    name: 'copyFrom brings the listed snapshots with their tags, and no others',
    needs: ['copy'],
    wants: ['other'],
    async run(subject) {
      const { backend, other } = subject;
      if (!other) return;
      await backend.create();
      await other.backend.create();
      const source = await sourceWith(subject, { a: 'alpha' });
      const save = (tag: string) =>
        other.backend.backup(aBackupSpec({ sources: [source], tags: [tag] }), { spool: newSpool(subject) });
      const wanted = await save('wanted');
      await save('unwanted');
      await backend.copyFrom(other.repository, [wanted.snapshot ?? '']);
      deepEqual(
        (await backend.snapshots()).map(({ tags, paths }) => [tags, paths]),
        [[['wanted'], [source]]],
      );
    },
  },
  {
    name: 'statistics counts snapshots and bytes',
    needs: ['statistics'],
    async run(subject) {
      const { source } = await withBackup(subject, { a: 'alpha'.repeat(1000) });
      await backUp(subject, source);
      const statistics = await subject.backend.statistics();
      equal(statistics.snapshots, 2);
      notEqual(statistics.storedBytes, 0);
    },
  },
  {
    name: 'keys names the one key of a new repository, which opened it',
    needs: ['keys'],
    async run({ backend }) {
      await backend.create();
      const keys = await backend.keys();
      deepEqual(
        keys.map(({ current }) => current),
        [true],
      );
      notEqual(keys[0]?.id, '');
    },
  },
  {
    name: 'no lock is left when an operation has ended',
    needs: ['locks'],
    async run(subject) {
      await withBackup(subject);
      await subject.backend.snapshots();
      deepEqual(await subject.backend.locks(), []);
    },
  },
];
