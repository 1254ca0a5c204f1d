import {
  UmbraError,
  type Ability,
  type Backend,
  type BackendFactory,
  type Operation,
  type SnapshotFilter,
} from '@umbracore/contracts';
import { limitationsOf } from './features.ts';
import { backup, resumeBackup } from './operations/backup.ts';
import { holds } from './operations/holds.ts';
import { list } from './operations/list.ts';
import { Restic } from './restic.ts';

const abilities: readonly Ability[] = [
  'list',
  'find',
  'diff',
  'dump',
  'archive',
  'check',
  'check-data',
  'forget',
  'prune',
  'copy',
  'tag',
  'locks',
  'keys',
  'statistics',
  'repair',
  'upgrade',
  'compression',
  'dry-run',
  'privileged',
  'program-output',
  'resume',
];

/** Name of this backend in a repository's definition. */
export const resticName = 'restic';

/**
 * A repository that restic (0.14.0 or newer, but not 0.19.0) works on. Nothing is started before the first operation.
 * What a backup needs comes with this file; other operations are loaded when they are first asked for.
 */
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
    open: async (operation = none) => (await import('./operations/open.ts')).open(restic, operation),
    create: async (operation = none) => (await import('./operations/create.ts')).create(restic, operation),
    backup: (spec, operation = none) => backup(restic, spec, operation),
    resumeBackup: (operation) => resumeBackup(restic, operation),
    holds: (snapshot, operation = none) => holds(restic, snapshot, operation),
    snapshots: async (filter: SnapshotFilter = {}, operation = none) =>
      (await import('./operations/snapshots.ts')).snapshots(restic, filter, operation),
    snapshotIds: () => Promise.reject(unsupported('restic lists nothing without a key', 'List the snapshots.')),
    list: (snapshot, path, operation = none) => list(restic, snapshot, path, operation),
    openTrees: () => Promise.reject(unsupported('restic gives no trees', 'List the snapshot.')),
    find: async (spec, operation = none) => (await import('./operations/find.ts')).find(restic, spec, operation),
    diff: async (from, to, operation = none) =>
      (await import('./operations/diff.ts')).diff(restic, from, to, operation),
    dump: async (snapshot, path, sink, operation = none) =>
      (await import('./operations/dump.ts')).dump(restic, snapshot, path, sink, operation),
    restore: async (spec, operation = none) =>
      (await import('./operations/restore.ts')).restore(restic, spec, operation),
    check: async (scope, operation = none) => (await import('./operations/check.ts')).check(restic, scope, operation),
    checkNew: () => Promise.reject(unsupported('restic remembers no checks', 'Check the repository as a whole.')),
    coverage: () => Promise.reject(unsupported('restic remembers no checks', 'Check the repository as a whole.')),
    forget: async (ids, operation = none) => (await import('./operations/forget.ts')).forget(restic, ids, operation),
    prune: async (operation = none) => (await import('./operations/prune.ts')).prune(restic, operation),
    copyFrom: async (source, ids, operation = none) =>
      (await import('./operations/copy-from.ts')).copyFrom(restic, source, ids, operation),
    tag: async (ids, add, remove, operation = none) =>
      (await import('./operations/tag.ts')).tag(restic, ids, add, remove, operation),
    statistics: async (operation = none) => (await import('./operations/statistics.ts')).statistics(restic, operation),
    repair: async (step, operation = none) => (await import('./operations/repair.ts')).repair(restic, step, operation),
    upgrade: async (operation = none) => (await import('./operations/upgrade.ts')).upgrade(restic, operation),
    locks: async (operation = none) => (await import('./operations/locks.ts')).locks(restic, operation),
    removeLocks: async (records, operation = none) =>
      (await import('./operations/remove-locks.ts')).removeLocks(restic, records, operation),
    keys: async (operation = none) => (await import('./operations/keys.ts')).keys(restic, operation),
    addKey: async (password, operation = none) =>
      (await import('./operations/keys.ts')).addKey(restic, password, operation),
    removeKey: async (id, operation = none) => (await import('./operations/keys.ts')).removeKey(restic, id, operation),
    machineKey: () => Promise.resolve(undefined),
    addMachineKey: () => Promise.reject(noMachineKeys()),
    removeMachineKey: () => Promise.resolve(false),
    passThrough: async (args) => (await import('./pass-through.ts')).passThrough(restic, args),
  };
};

/** restic calibrates the cost of its keys itself: one that costs nothing has to be put there past it. */
const noMachineKeys = (): UmbraError =>
  unsupported('restic makes no machine keys', 'Use this backend as the product wires it.');

const unsupported = (message: string, hint: string): UmbraError =>
  new UmbraError('backend.unsupported', message, { hint });
