import type { Ability, Backend, BackendFactory, Operation, SnapshotFilter } from '@umbracore/contracts';
import { Borg } from './borg.ts';
import { parseLocation } from './location.ts';
import { backup, resumeBackup } from './operations/backup.ts';
import { holds } from './operations/holds.ts';
import { list } from './operations/list.ts';
import { unsupported } from './unsupported.ts';
import { limitationsOf } from './version-probe.ts';

const abilities: readonly Ability[] = [
  'list',
  'diff',
  'dump',
  'archive',
  'check',
  'check-data',
  'forget',
  'prune',
  'tag',
  'statistics',
  'compression',
  'dry-run',
  'program-output',
  'resume',
];

/** Name of this backend in a repository's definition. */
export const borgName = 'borg';

/**
 * A repository that borg (1.2 or newer, but not 2) works on. Nothing is started before the first operation.
 * What a backup needs comes with this file; other operations are loaded when they are first asked for.
 */
export const createBorgBackend: BackendFactory = (repository, host): Backend => {
  const borg = new Borg(repository, host);
  const none: Operation = {};
  const no = (what: Parameters<typeof unsupported>[0]) => () => Promise.reject(unsupported(what));
  return {
    name: borgName,
    supports: new Set([...abilities, ...(showsLocks(borg) ? (['locks'] as const) : [])]),
    engine: async (operation = none) => {
      const { path, version } = await borg.program(operation);
      return { name: borgName, version, program: path, limitations: limitationsOf(version) };
    },
    open: async (operation = none) => (await import('./operations/open.ts')).open(borg, operation),
    create: async (operation = none) => (await import('./operations/create.ts')).create(borg, operation),
    backup: (spec, operation = none) => backup(borg, spec, operation),
    resumeBackup: (operation) => resumeBackup(borg, operation),
    holds: (snapshot, operation = none) => holds(borg, snapshot, operation),
    snapshots: async (filter: SnapshotFilter = {}, operation = none) =>
      (await import('./operations/snapshots.ts')).snapshots(borg, filter, operation),
    list: (snapshot, path, operation = none) => list(borg, snapshot, path, operation),
    snapshotIds: no('snapshotIds'),
    openTrees: no('trees'),
    find: no('find'),
    diff: async (from, to, operation = none) => (await import('./operations/diff.ts')).diff(borg, from, to, operation),
    dump: async (snapshot, path, sink, operation = none) =>
      (await import('./operations/dump.ts')).dump(borg, snapshot, path, sink, operation),
    restore: async (spec, operation = none) => (await import('./operations/restore.ts')).restore(borg, spec, operation),
    check: async (scope, operation = none) => (await import('./operations/check.ts')).check(borg, scope, operation),
    checkNew: no('checkNew'),
    coverage: no('checkNew'),
    forget: async (ids, operation = none) => (await import('./operations/forget.ts')).forget(borg, ids, operation),
    prune: async (operation = none) => (await import('./operations/prune.ts')).prune(borg, operation),
    copyFrom: no('copy'),
    tag: async (ids, add, remove, operation = none) =>
      (await import('./operations/tag.ts')).tag(borg, ids, add, remove, operation),
    statistics: async (operation = none) => (await import('./operations/statistics.ts')).statistics(borg, operation),
    repair: no('repair'),
    upgrade: no('upgrade'),
    locks: async (operation = none) => (await import('./operations/locks.ts')).locks(borg, operation),
    removeLocks: async (records, operation = none) =>
      (await import('./operations/remove-locks.ts')).removeLocks(borg, records, operation),
    keys: no('keys'),
    addKey: no('keys'),
    removeKey: no('keys'),
    machineKey: () => Promise.resolve(undefined),
    addMachineKey: no('machineKey'),
    removeMachineKey: () => Promise.resolve(false),
    passThrough: async (args) => (await import('./pass-through.ts')).passThrough(borg, args),
  };
};

/** Those of a repository on this machine are files. A location that is none fails when it is first used. */
function showsLocks({ repository: { definition } }: Borg): boolean {
  try {
    return parseLocation(definition.location, definition.name).kind === 'local';
  } catch {
    return false;
  }
}
