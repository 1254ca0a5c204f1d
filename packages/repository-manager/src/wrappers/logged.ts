import { toUmbraError, type Backend, type BackendWrapper, type Clock, type Log } from '@umbracore/contracts';

export interface LoggedOptions {
  readonly log: Log;
  readonly clock: Clock;
}

/** Writes one debug line for each operation: its name, how long it took and how it ended. Arguments are not written. */
export const logged =
  (options: LoggedOptions): BackendWrapper =>
  (inner) => {
    const timed = <T>(operation: string, work: () => Promise<T>) => timedCall(options, operation, work);
    return {
      name: inner.name,
      supports: inner.supports,
      engine: (...args) => timed('engine', () => inner.engine(...args)),
      open: (...args) => timed('open', () => inner.open(...args)),
      create: (...args) => timed('create', () => inner.create(...args)),
      backup: (...args) => timed('backup', () => inner.backup(...args)),
      resumeBackup: (...args) => timed('resumeBackup', () => inner.resumeBackup(...args)),
      holds: (...args) => timed('holds', () => inner.holds(...args)),
      snapshots: (...args) => timed('snapshots', () => inner.snapshots(...args)),
      snapshotIds: (...args) => timed('snapshotIds', () => inner.snapshotIds(...args)),
      list: (...args) => timedList(options, () => inner.list(...args)),
      openTrees: (...args) => timed('openTrees', () => inner.openTrees(...args)),
      find: (...args) => timed('find', () => inner.find(...args)),
      diff: (...args) => timed('diff', () => inner.diff(...args)),
      dump: (...args) => timed('dump', () => inner.dump(...args)),
      restore: (...args) => timed('restore', () => inner.restore(...args)),
      check: (...args) => timed('check', () => inner.check(...args)),
      checkNew: (...args) => timed('checkNew', () => inner.checkNew(...args)),
      coverage: (...args) => timed('coverage', () => inner.coverage(...args)),
      forget: (...args) => timed('forget', () => inner.forget(...args)),
      prune: (...args) => timed('prune', () => inner.prune(...args)),
      copyFrom: (...args) => timed('copyFrom', () => inner.copyFrom(...args)),
      tag: (...args) => timed('tag', () => inner.tag(...args)),
      statistics: (...args) => timed('statistics', () => inner.statistics(...args)),
      repair: (...args) => timed('repair', () => inner.repair(...args)),
      upgrade: (...args) => timed('upgrade', () => inner.upgrade(...args)),
      locks: (...args) => timed('locks', () => inner.locks(...args)),
      removeLocks: (...args) => timed('removeLocks', () => inner.removeLocks(...args)),
      keys: (...args) => timed('keys', () => inner.keys(...args)),
      addKey: (...args) => timed('addKey', () => inner.addKey(...args)),
      removeKey: (...args) => timed('removeKey', () => inner.removeKey(...args)),
      machineKey: (...args) => timed('machineKey', () => inner.machineKey(...args)),
      addMachineKey: (...args) => timed('addMachineKey', () => inner.addMachineKey(...args)),
      removeMachineKey: (...args) => timed('removeMachineKey', () => inner.removeMachineKey(...args)),
      passThrough: (...args) => timed('passThrough', () => inner.passThrough(...args)),
    };
  };

async function timedCall<T>({ log, clock }: LoggedOptions, operation: string, work: () => Promise<T>): Promise<T> {
  const startMs = clock.monotonicMs();
  const note = (outcome: string) =>
    log.debug(
      { operation, outcome, durationMs: Math.round(clock.monotonicMs() - startMs) },
      `${operation}: ${outcome}`,
    );
  try {
    const result = await work();
    note('done');
    return result;
  } catch (thrown) {
    note(toUmbraError(thrown).code);
    throw thrown;
  }
}

/** A reader may stop early; that is an end like any other. */
async function* timedList(
  { log, clock }: LoggedOptions,
  list: () => ReturnType<Backend['list']>,
): ReturnType<Backend['list']> {
  const startMs = clock.monotonicMs();
  let outcome = 'done';
  try {
    yield* list();
  } catch (thrown) {
    outcome = toUmbraError(thrown).code;
    throw thrown;
  } finally {
    log.debug(
      { operation: 'list', outcome, durationMs: Math.round(clock.monotonicMs() - startMs) },
      `list: ${outcome}`,
    );
  }
}
