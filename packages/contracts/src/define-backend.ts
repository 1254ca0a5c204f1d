import type { Ability, Backend, BackendFactory, BackendHost, BackendRepository } from './backend.ts';
import { abilitiesOf, type BackendParts, type FewOfProgress, type Live } from './backend-parts.ts';
import type { BackupResult, BackupSpec } from './backup.ts';
import { isUmbraError, reasonOf, UmbraError, type ErrorCode } from './errors.ts';
import { liveOperation, type Kept } from './live-operation.ts';
import type { Operation } from './operation.ts';
import { definePlugin, type Plugin } from './plugin.ts';
import { chosenSnapshots } from './snapshot-filter.ts';
import type { SnapshotFilter } from './snapshot.ts';
import type { Clock, DurationMs } from './time.ts';
import { wholeBackup, wholeCheck, wholeEntry, wholeFacts, wholeRestore, wholeSnapshot } from './whole.ts';

/**
 * A backend of the operations that it has; the others reject with `backend.unsupported`. What its operations throw becomes an
 * `UmbraError` (a file that is absent when it is opened is a repository that is absent, one that exists when it is made exists), and `run.cancelled` once their signal has aborted; percentages that go down and reports that come too late are
 * kept back.
 */
export const defineBackend =
  (name: string, make: (repository: BackendRepository, host: BackendHost) => BackendParts): BackendFactory =>
  (repository, host) =>
    backendOf(name, make(repository, host), host.clock);

/** A plug-in that brings one backend, of the same name. */
export const backendPlugin = (
  name: string,
  make: (repository: BackendRepository, host: BackendHost) => BackendParts,
): Plugin => definePlugin({ name, register: (host) => host.addBackend(name, defineBackend(name, make)) });

/** An operation that was cancelled and has not ended by then is not waited for any more. */
const patienceMs: DurationMs = 15_000;

/** A backend of parts that are there already. */
export function backendOf(name: string, parts: BackendParts, clock?: Clock): Backend {
  const supports = abilitiesOf(parts);
  const lacks = (what: string): UmbraError =>
    new UmbraError('backend.unsupported', `${name} cannot do "${what}"`, {
      hint: 'Use a repository of another backend.',
    });
  const need = (ability: Ability, wanted = true): void => {
    if (wanted && !supports.has(ability)) throw lacks(ability);
  };

  /** Undefined means that there is no such operation. */
  async function call<Given extends Operation, T>(
    what: string,
    given: Given | undefined,
    work: (live: Live<Given>, expect: Kept<Given>['expect']) => Promise<T> | undefined,
  ): Promise<T> {
    const { live, settle, expect } = liveOperation(given);
    try {
      if (live.signal.aborted) throw cancelled(name, what);
      const answer = work(live, expect);
      if (answer === undefined) throw lacks(what);
      return await (clock === undefined ? answer : unlessDeaf(answer, live.signal, clock));
    } catch (thrown) {
      throw live.signal.aborted ? cancelled(name, what, thrown) : asError(name, what, thrown);
    } finally {
      settle();
    }
  }

  const snapshots = async (filter: SnapshotFilter, operation: Operation | undefined) =>
    chosenSnapshots((await call('snapshots', operation, (live) => parts.snapshots(live))).map(wholeSnapshot), filter);

  /** The snapshot to compare with: the one that was asked for, else the newest of the same host and paths. */
  async function parentOf({ parent, force, host, sources }: BackupSpec, live: Live): Promise<string | undefined> {
    if (parent !== undefined && !(await isThere(parent, live))) {
      throw new UmbraError('snapshot.absent', `${name} has no snapshot ${parent} to compare with`);
    }
    if (force || parent !== undefined) return force ? undefined : parent;
    const alike = (paths: readonly string[]): boolean => paths.join('\0') === sources.join('\0');
    return (await snapshots({ host }, live)).findLast(({ paths }) => alike(paths))?.id;
  }

  const isThere = async (snapshot: string, operation: Operation | undefined): Promise<boolean> =>
    (await snapshots({ ids: [snapshot] }, operation)).some(({ id }) => id === snapshot);

  return {
    name,
    supports,
    engine: () =>
      Promise.resolve({ name, version: parts.version, program: parts.program ?? process.execPath, limitations: [] }),
    open: (given) => call('open', given, async (live) => wholeFacts(await parts.open(live))),
    create: (given) => call('create', given, async (live) => wholeFacts(await parts.create(live))),
    snapshots: (filter = {}, given) => snapshots(filter, given),
    holds: isThere,
    backup: (spec, given) =>
      call('backup', given, async (live, expect) => {
        need('dry-run', spec.dryRun);
        need('program-output', spec.output !== undefined);
        const parent = await parentOf(spec, live);
        expect(spec.expected);
        const result = wholeBackup(await parts.backup({ ...spec, parent }, live));
        live.report(doneWith(result));
        return result;
      }),
    restore: (spec, given) => call('restore', given, async (live) => wholeRestore(await parts.restore(spec, live))),
    async *list(snapshot, path, given) {
      const entries = await call('list', given, (live) => {
        const listed = parts.list?.(snapshot, path, live);
        return listed && Promise.resolve({ listed });
      });
      const iterator = entries.listed[Symbol.asyncIterator]();
      for (;;) {
        const next = await call('list', given, () => iterator.next());
        if (next.done === true) return;
        yield wholeEntry(next.value);
      }
    },
    dump: (snapshot, path, sink, given) =>
      call('dump', given, (live) => {
        need('archive', live.archive !== undefined);
        return parts.dump?.(snapshot, path, sink, live);
      }),
    check: (scope, given) =>
      call('check', given, (live) => {
        need('check-data', scope.type !== 'structure');
        return parts.check?.(scope, live).then(wholeCheck);
      }),
    forget: (ids, given) => call('forget', given, (live) => parts.forget?.(ids, live)),
    prune: (given) => call('prune', given, (live) => parts.prune?.(live)),
    statistics: (given) => call('statistics', given, (live) => parts.statistics?.(live)),
    resumeBackup: (given) => call('resume', given, (live) => parts.resumeBackup?.(live)),
    snapshotIds: (given) => call('snapshot-ids', given, (live) => parts.snapshotIds?.(live)),
    openTrees: (given) => call('trees', given, (live) => parts.openTrees?.(live)),
    find: (spec, given) => call('find', given, (live) => parts.find?.(spec, live)),
    diff: (from, to, given) => call('diff', given, (live) => parts.diff?.(from, to, live)),
    checkNew: (scope, given) => call('check-new', given, (live) => parts.checkNew?.(scope, live)),
    coverage: (wanted, given) => call('check-new', given, (live) => parts.coverage?.(wanted, live)),
    copyFrom: (source, ids, given) => call('copy', given, (live) => parts.copyFrom?.(source, ids, live)),
    tag: (ids, add, remove, given) => call('tag', given, (live) => parts.tag?.(ids, add, remove, live)),
    repair: (step, given) => call('repair', given, (live) => parts.repair?.(step, live)),
    upgrade: (given) => call('upgrade', given, (live) => parts.upgrade?.(live)),
    locks: (given) => call('locks', given, (live) => parts.locks?.(live)),
    removeLocks: (locks, given) => call('locks', given, (live) => parts.removeLocks?.(locks, live)),
    keys: (given) => call('keys', given, (live) => parts.keys?.(live)),
    addKey: (password, given) => call('keys', given, (live) => parts.addKey?.(password, live)),
    removeKey: (id, given) => call('keys', given, (live) => parts.removeKey?.(id, live)),
    machineKey: (given) => call('machine-key', given, (live) => parts.machineKey?.(live) ?? Promise.resolve(undefined)),
    addMachineKey: (given) => call('machine-key', given, (live) => parts.addMachineKey?.(live)),
    removeMachineKey: (given) =>
      call('machine-key', given, (live) => parts.removeMachineKey?.(live) ?? Promise.resolve(false)),
    passThrough: (args) => call('passThrough', undefined, () => parts.passThrough?.(args)),
  };
}

/** The answer, or a refusal some time after the signal has aborted: a backend that does not hear it must not hold up its caller. */
async function unlessDeaf<T>(answer: Promise<T>, signal: AbortSignal, clock: Clock): Promise<T> {
  const over = new AbortController();
  const deaf = new Promise<never>((_, reject) => {
    const wait = (): void =>
      void clock.sleep(patienceMs, over.signal).then(
        () => reject(signal.reason as Error),
        () => {},
      );
    signal.addEventListener('abort', wait, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([answer, deaf]);
  } finally {
    over.abort();
  }
}

/** The last report of a backup. */
const doneWith = ({ stats, unreadableCount }: BackupResult): FewOfProgress => ({
  phase: 'done',
  percentage: 100,
  filesProcessed: stats?.filesProcessed,
  filesTotal: stats?.filesProcessed,
  bytesProcessed: stats?.bytesProcessed,
  bytesTotal: stats?.bytesProcessed,
  errorCount: unreadableCount,
});

const cancelled = (name: string, what: string, cause?: unknown): UmbraError =>
  new UmbraError('run.cancelled', `${name}: "${what}" was cancelled`, { cause });

function asError(name: string, what: string, thrown: unknown): UmbraError {
  if (isUmbraError(thrown)) return thrown;
  const message = `${name}: "${what}" failed: ${reasonOf(thrown)}`;
  const errno = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const { code, hint } = meaningOf(what, errno);
  return new UmbraError(code, message, { hint, cause: thrown });
}

/** What it says about a repository that the system refuses something, where that can mean but one thing. */
function meaningOf(what: string, errno: unknown): { readonly code: ErrorCode; readonly hint: string } {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return { code: 'repository.full', hint: 'Make room on the storage.' };
  if (errno === 'ENOENT' && (what === 'open' || what === 'snapshots'))
    return {
      code: 'repository.absent',
      hint: 'Look whether its address is right, or make one with `umbra repo create`.',
    };
  if (errno === 'EEXIST' && what === 'create')
    return { code: 'repository.exists', hint: 'Use it as it is, or name another place.' };
  return { code: 'engine.failed', hint: 'Look whether the repository can be reached.' };
}
