import type { Backend, BackendWrapper, Clock, DiffOperation, DumpOperation, Operation } from '@umbracore/contracts';
import { Silence, type SilenceOptions } from './silence.ts';

/**
 * Ends what waits for a repository that answers nothing any more. Engines themselves go on for a quarter of an hour and longer, or for
 * ever. What has a spool belongs to a run, which is watched over by its job's own limit.
 */
export const answering =
  ({ clock }: { readonly clock: Clock }): BackendWrapper =>
  (inner, { name: repository, stallTimeoutMs: limitMs }) => {
    if (limitMs === undefined) return inner;
    const ask = (signal: AbortSignal) => inner.open({ signal });
    const options = { repository, clock, limitMs, ask };
    const watched = <T, Given extends Operation>(
      operation: Given | undefined,
      work: (operation: Given | undefined) => Promise<T>,
    ): Promise<T> => (operation?.spool === undefined ? watch(options, operation, work) : work(operation));
    return {
      name: inner.name,
      supports: inner.supports,
      engine: (...args) => inner.engine(...args),
      open: (...args) => inner.open(...args),
      create: (operation) => watched(operation, (own) => inner.create(own)),
      backup: (spec, operation) => watched(operation, (own) => inner.backup(spec, own)),
      resumeBackup: (...args) => inner.resumeBackup(...args),
      holds: (id, operation) => watched(operation, (own) => inner.holds(id, own)),
      snapshots: (filter, operation) => watched(operation, (own) => inner.snapshots(filter, own)),
      snapshotIds: (operation) => watched(operation, (own) => inner.snapshotIds(own)),
      list: (id, path, operation) => watchedList(options, operation, (own) => inner.list(id, path, own)),
      openTrees: (...args) => inner.openTrees(...args),
      find: (spec, operation) => watched(operation, (own) => inner.find(spec, own)),
      diff: (from, to, operation) => watchedDiff(options, operation, (own) => inner.diff(from, to, own)),
      dump: (id, path, sink, operation) =>
        watchedDump(options, { operation, sink }, (own, taken) => inner.dump(id, path, taken, own)),
      restore: (spec, operation) => watched(operation, (own) => inner.restore(spec, own)),
      check: (scope, operation) => watched(operation, (own) => inner.check(scope, own)),
      checkNew: (scope, operation) => watched(operation, (own) => inner.checkNew(scope, own)),
      coverage: (...args) => inner.coverage(...args),
      forget: (ids, operation) => watched(operation, (own) => inner.forget(ids, own)),
      prune: (operation) => watched(operation, (own) => inner.prune(own)),
      copyFrom: (source, ids, operation) => watched(operation, (own) => inner.copyFrom(source, ids, own)),
      tag: (ids, add, remove, operation) => watched(operation, (own) => inner.tag(ids, add, remove, own)),
      statistics: (operation) => watched(operation, (own) => inner.statistics(own)),
      repair: (step, operation) => watched(operation, (own) => inner.repair(step, own)),
      upgrade: (operation) => watched(operation, (own) => inner.upgrade(own)),
      locks: (operation) => watched(operation, (own) => inner.locks(own)),
      removeLocks: (locks, operation) => watched(operation, (own) => inner.removeLocks(locks, own)),
      keys: (operation) => watched(operation, (own) => inner.keys(own)),
      addKey: (password, operation) => watched(operation, (own) => inner.addKey(password, own)),
      removeKey: (id, operation) => watched(operation, (own) => inner.removeKey(id, own)),
      machineKey: (operation) => watched(operation, (own) => inner.machineKey(own)),
      addMachineKey: (operation) => watched(operation, (own) => inner.addMachineKey(own)),
      removeMachineKey: (operation) => watched(operation, (own) => inner.removeMachineKey(own)),
      passThrough: (...args) => inner.passThrough(...args),
    };
  };

async function watch<T, Given extends Operation>(
  options: SilenceOptions,
  operation: Given | undefined,
  work: (operation: Given) => Promise<T>,
): Promise<T> {
  using silence = new Silence(options);
  return await ended(silence, operation, () => work(watchedBy(silence, operation)));
}

/** What an operation tells on its way is a sign of life. */
function watchedBy<Given extends Operation>(silence: Silence, given: Given | undefined): Given {
  const { signal } = given ?? {};
  const own: Operation = {
    ...given,
    signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    report(progress) {
      silence.saw(progress);
      given?.report?.(progress);
    },
    note(line) {
      silence.heard(line);
      given?.note?.(line);
    },
  };
  return own as Given;
}

/** Why it was ended goes before what the backend made of that, and what the caller wanted before both. */
async function ended<T>(silence: Silence, operation: Operation | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw operation?.signal?.aborted === true ? thrown : (silence.problem ?? thrown);
  }
}

async function* watchedList(
  options: SilenceOptions,
  operation: Operation | undefined,
  list: (operation: Operation) => ReturnType<Backend['list']>,
): ReturnType<Backend['list']> {
  using silence = new Silence(options);
  try {
    for await (const entry of list(watchedBy(silence, operation))) {
      silence.received();
      yield entry;
      silence.waits();
    }
  } catch (thrown) {
    throw operation?.signal?.aborted === true ? thrown : (silence.problem ?? thrown);
  }
}

type Sink<Piece> = (piece: Piece) => void | Promise<void>;

/** Nothing is waited for while somebody takes what came. */
const takenBy =
  <Piece>(silence: Silence, sink: Sink<Piece>): Sink<Piece> =>
  async (piece) => {
    silence.received();
    await sink(piece);
    silence.waits();
  };

async function watchedDump(
  options: SilenceOptions,
  { operation, sink }: { readonly operation: DumpOperation | undefined; readonly sink: Sink<Uint8Array> },
  dump: (operation: DumpOperation, sink: Sink<Uint8Array>) => Promise<void>,
): Promise<void> {
  using silence = new Silence(options);
  await ended(silence, operation, () => dump(watchedBy(silence, operation), takenBy(silence, sink)));
}

async function watchedDiff<T>(
  options: SilenceOptions,
  operation: DiffOperation | undefined,
  diff: (operation: DiffOperation) => Promise<T>,
): Promise<T> {
  using silence = new Silence(options);
  const own = watchedBy(silence, operation);
  const { take } = own;
  return await ended(silence, operation, () =>
    diff(take === undefined ? own : { ...own, take: takenBy(silence, take) }),
  );
}
