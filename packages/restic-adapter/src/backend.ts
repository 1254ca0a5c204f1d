import type { Ability, Backend, BackendFactory, Operation, SnapshotFilter } from '@umbracore/contracts';
import { limitationsOf } from './features.ts';
import { backup, resumeBackup } from './operations/backup.ts';
import { check } from './operations/check.ts';
import { copyFrom } from './operations/copy-from.ts';
import { create } from './operations/create.ts';
import { diff } from './operations/diff.ts';
import { dump } from './operations/dump.ts';
import { find } from './operations/find.ts';
import { forget } from './operations/forget.ts';
import { list } from './operations/list.ts';
import { locks } from './operations/locks.ts';
import { open } from './operations/open.ts';
import { prune } from './operations/prune.ts';
import { removeLocks } from './operations/remove-locks.ts';
import { restore } from './operations/restore.ts';
import { holds, snapshots } from './operations/snapshots.ts';
import { statistics } from './operations/statistics.ts';
import { tag } from './operations/tag.ts';
import { passThrough } from './pass-through.ts';
import { Restic } from './restic.ts';

const abilities: readonly Ability[] = [
  'list',
  'find',
  'diff',
  'dump',
  'check',
  'check-data',
  'forget',
  'prune',
  'copy',
  'tag',
  'locks',
  'statistics',
  'compression',
  'dry-run',
  'resume',
];

/** Name of this backend in a repository's definition. */
export const resticName = 'restic';

/** A repository that restic (0.14.0 or newer, but not 0.19.0) works on. Nothing is started before the first operation. */
export const createResticBackend: BackendFactory = (repository, host): Backend => {
  const restic = new Restic(repository, host);
  const none: Operation = {};
  return {
    name: resticName,
    supports: new Set(abilities),
    engine: async (operation = none) => {
      const { path, features } = await restic.program(operation);
      return { name: resticName, version: features.version, program: path, limitations: limitationsOf(features) };
    },
    open: (operation = none) => open(restic, operation),
    create: (operation = none) => create(restic, operation),
    backup: (spec, operation = none) => backup(restic, spec, operation),
    resumeBackup: (operation) => resumeBackup(restic, operation),
    holds: (snapshot, operation = none) => holds(restic, snapshot, operation),
    snapshots: (filter: SnapshotFilter = {}, operation = none) => snapshots(restic, filter, operation),
    list: (snapshot, path, operation = none) => list(restic, snapshot, path, operation),
    find: (spec, operation = none) => find(restic, spec, operation),
    diff: (from, to, operation = none) => diff(restic, from, to, operation),
    dump: (snapshot, path, sink, operation = none) => dump(restic, snapshot, path, sink, operation),
    restore: (spec, operation = none) => restore(restic, spec, operation),
    check: (scope, operation = none) => check(restic, scope, operation),
    forget: (ids, operation = none) => forget(restic, ids, operation),
    prune: (operation = none) => prune(restic, operation),
    copyFrom: (source, ids, operation = none) => copyFrom(restic, source, ids, operation),
    tag: (ids, add, remove, operation = none) => tag(restic, ids, add, remove, operation),
    statistics: (operation = none) => statistics(restic, operation),
    locks: (operation = none) => locks(restic, operation),
    removeLocks: (records, operation = none) => removeLocks(restic, records, operation),
    passThrough: (args) => passThrough(restic, args),
  };
};
