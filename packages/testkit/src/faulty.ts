import type { Ability, Backend, BackupResult, BackupSpec, Operation, Progress, Snapshot } from '@umbracore/contracts';
import { UmbraError, unknownProgress } from '@umbracore/contracts';
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Some methods of a backend, to be put in front of the real ones. */
type Overrides = Partial<Omit<Backend, 'name' | 'supports'>> & { readonly supports?: ReadonlySet<Ability> };

/** A backend that does everything as `inner` does, but for some methods. */
function overlay(inner: Backend, overrides: Overrides): Backend {
  return new Proxy(inner, {
    get(target, key) {
      if (Object.hasOwn(overrides, key)) return Reflect.get(overrides, key) as unknown;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const strangeId = 'bad'.padEnd(64, '0');

const progressAt = (percentage: number): Progress => ({ ...unknownProgress, phase: 'uploading', percentage });

/** Changes what a backup is asked, or what it answers. */
const withBackup =
  (change: {
    readonly spec?: (spec: BackupSpec) => BackupSpec;
    readonly operation?: (operation: Operation) => Operation;
    readonly result?: (result: BackupResult) => BackupResult;
  }) =>
  (inner: Backend): Overrides => ({
    async backup(spec, operation = {}) {
      const asked = [change.spec?.(spec) ?? spec, change.operation?.(operation) ?? operation] as const;
      const result = await inner.backup(...asked);
      return change.result?.(result) ?? result;
    },
  });

const withSnapshots =
  (change: (snapshots: readonly Snapshot[]) => readonly Snapshot[]) =>
  (inner: Backend): Overrides => ({
    snapshots: async (filter, operation) => change(await inner.snapshots(filter, operation)),
  });

/** Backends that each break one obligation, by what they do wrong. They prove that `backendCases` can fail. */
export const faults = {
  'hides its engine': (inner) => ({ engine: async () => ({ ...(await inner.engine()), version: '' }) }),
  'opens what is absent': () => ({ open: async () => ({ id: 'none', format: 1 }) }),
  'opens as another repository': (inner) => ({ open: async () => ({ ...(await inner.open()), id: strangeId }) }),
  'creates over a repository': (inner) => ({ create: () => inner.create().catch(() => inner.open()) }),
  'forgets although it was cancelled': (inner) => ({ forget: (snapshots) => inner.forget(snapshots) }),

  'invents the id of a snapshot': withBackup({ result: (result) => ({ ...result, snapshot: strangeId }) }),
  'drops tags': withBackup({ spec: (spec) => ({ ...spec, tags: [] }) }),
  'counts every file as new': withBackup({
    result: (result) => ({ ...result, stats: result.stats && { ...result.stats, filesNew: 99 } }),
  }),
  'chooses another parent': withBackup({ spec: (spec) => ({ ...spec, parent: undefined }) }),
  'skips without a word': withBackup({ result: (result) => ({ ...result, unchanged: false }) }),
  'starts a program without what it is given': withBackup({
    spec: (spec) => ({ ...spec, output: spec.output && { ...spec.output, env: {} } }),
  }),
  'saves what a failed program wrote': (inner) => ({
    async backup(spec, operation) {
      return await inner.backup(spec, operation).catch((error: unknown) => {
        const [program, ...args] = spec.output?.command ?? ['false'];
        const command = ['/bin/sh', '-c', '"$@" || true', 'sh', program, ...args] as const;
        if (spec.output === undefined) throw error;
        return inner.backup({ ...spec, output: { ...spec.output, command } }, operation);
      });
    },
  }),
  'fails for an unreadable file': withBackup({
    result(result) {
      if (result.complete) return result;
      throw new UmbraError('source.unreadable', 'a file could not be read');
    },
  }),
  'hides unreadable files': withBackup({
    result: (result) => ({ ...result, unreadable: [], unreadableCount: 0, complete: true }),
  }),
  'reports falling percentages': withBackup({
    operation({ report, ...rest }) {
      report?.(progressAt(60));
      report?.(progressAt(40));
      return rest;
    },
  }),
  'believes what it expects': withBackup({
    operation({ report, ...rest }) {
      report?.({ ...progressAt(100), estimated: true });
      return { ...rest, report };
    },
  }),
  'reports after it settled': (inner) => ({
    async backup(spec, operation = {}) {
      const result = await inner.backup(spec, operation);
      setImmediate(() => operation.report?.(progressAt(100)));
      return result;
    },
  }),
  'ignores cancelling': withBackup({ operation: (operation) => ({ ...operation, signal: undefined }) }),
  "rejects with the signal's own reason": (inner) => ({
    async backup(spec, operation = {}) {
      return await inner.backup(spec, operation).catch((error: unknown) => {
        operation.signal?.throwIfAborted();
        throw error;
      });
    },
  }),
  'leaves its lock when cancelled': (inner) => {
    const left: Awaited<ReturnType<Backend['locks']>>[number][] = [];
    const lock = { id: strangeId, createdAt: 0, exclusive: false, host: 'test-host', user: 'tester', pid: 1 };
    return {
      async backup(spec, operation) {
        return await inner.backup(spec, operation).catch((error: unknown) => {
          left.push(lock);
          throw error;
        });
      },
      locks: async (operation) => [...(await inner.locks(operation)), ...left],
    };
  },
  'writes in a dry run': withBackup({ spec: (spec) => ({ ...spec, dryRun: false }) }),
  'resumes another backup': (inner) => ({
    async resumeBackup(operation) {
      return { ...(await inner.resumeBackup(operation)), snapshot: strangeId };
    },
  }),
  'resumes what never started': (inner) => ({
    resumeBackup: (operation) => inner.resumeBackup(operation).catch(() => emptyResult),
  }),
  'does nothing instead of refusing': (inner) => ({
    supports: new Set([...inner.supports].filter((ability) => ability !== 'prune')),
    prune: async () => {},
  }),

  'denies what it holds': () => ({ holds: async () => false }),
  'holds everything': () => ({ holds: async () => true }),
  'ignores the tags asked for': (inner) => ({
    snapshots: (filter, operation) => inner.snapshots({ ...filter, tags: undefined }, operation),
  }),
  'matches tags by their beginning': (inner) => ({
    async snapshots({ tags = [], ...filter } = {}, operation) {
      const all = await inner.snapshots(filter, operation);
      return all.filter((snapshot) => tags.every((tag) => snapshot.tags.some((own) => own.startsWith(tag))));
    },
  }),
  'ignores the host asked for': (inner) => ({
    snapshots: (filter, operation) => inner.snapshots({ ...filter, host: undefined }, operation),
  }),
  'lists the newest snapshot first': withSnapshots((snapshots) => snapshots.toReversed()),
  'hides the id of the newest': (inner) => ({
    snapshotIds: async (operation) => (await inner.snapshots({}, operation)).map(({ id }) => id).slice(0, -1),
  }),
  'changes listed paths': (inner) => ({
    async *list(snapshot, path, operation) {
      for await (const entry of inner.list(snapshot, path, operation)) {
        yield { ...entry, path: entry.path.replaceAll('\n', '?') };
      }
    },
  }),
  'lists everything always': (inner) => ({
    list: (snapshot, _, operation) => inner.list(snapshot, undefined, operation),
  }),
  'lists no file by its own path': (inner) => ({
    async *list(snapshot, path, operation) {
      for await (const entry of inner.list(snapshot, path, operation)) if (entry.path !== path) yield entry;
    },
  }),
  'hides the first entry of a folder': (inner) => ({
    async openTrees(operation) {
      const trees = await inner.openTrees(operation);
      return {
        ...trees,
        read: async (tree, signal) => (await trees.read(tree, signal)).slice(1),
      };
    },
  }),
  'finds everything': (inner) => ({ find: (spec, operation) => inner.find({ ...spec, pattern: '*' }, operation) }),
  'sees no difference': () => ({ diff: async () => ({ changes: [], addedBytes: 0, removedBytes: 0 }) }),

  'restores other bytes': (inner) => ({
    async restore(spec, operation) {
      const result = await inner.restore(spec, operation);
      const [file] = (await readdir(spec.target, { recursive: true, withFileTypes: true })).filter((one) =>
        one.isFile(),
      );
      if (file) await appendFile(join(file.parentPath, file.name), 'x');
      return result;
    },
  }),
  'restores everything': (inner) => ({
    restore: (spec, operation) => inner.restore({ ...spec, include: [] }, operation),
  }),
  'overwrites always': (inner) => ({
    restore: (spec, operation) => inner.restore({ ...spec, overwrite: 'always' }, operation),
  }),
  'cuts what it dumps': (inner) => ({
    dump: (snapshot, path, sink, operation) =>
      inner.dump(snapshot, path, (chunk) => sink(chunk.subarray(0, 4096)), operation),
  }),

  'leaves out half of an archive': (inner) => ({
    dump: (snapshot, path, sink, operation) =>
      inner.dump(
        snapshot,
        path,
        (chunk) => sink(operation?.archive === undefined ? chunk : chunk.subarray(0, chunk.length / 2)),
        operation,
      ),
  }),

  'forgets more than it should': (inner) => ({
    async forget(snapshots, operation) {
      const [oldest] = await inner.snapshots();
      await inner.forget(oldest ? [...snapshots, oldest.id] : snapshots, operation);
    },
  }),
  'forgets all if none is listed': (inner) => ({
    async forget(snapshots, operation) {
      const all = (await inner.snapshots()).map(({ id }) => id);
      await inner.forget(snapshots.length === 0 ? all : snapshots, operation);
    },
  }),
  'forgets when it prunes': (inner) => ({
    async prune() {
      await inner.forget((await inner.snapshots()).map(({ id }) => id));
    },
  }),
  'finds damage everywhere': () => ({
    check: async () => ({ sound: false, problems: ['everything is broken'], advice: [] }),
  }),
  'finds damage in a part': (inner) => ({
    async check(scope, operation) {
      return { ...(await inner.check(scope, operation)), sound: scope.type !== 'part' };
    },
  }),
  'remembers no check': (inner) => ({
    checkNew: (scope, operation) => inner.checkNew({ ...scope, read: 'all' }, operation),
  }),
  'keeps the old id of a tagged snapshot': (inner) => ({
    async tag(snapshots, add, remove, operation) {
      await inner.tag(snapshots, add, remove, operation);
      return new Map(snapshots.map((id) => [id, id]));
    },
  }),
  'copies twice': (inner) => ({
    async copyFrom(source, snapshots, operation) {
      await inner.copyFrom(source, snapshots, operation);
      await inner.copyFrom(source, snapshots, operation);
    },
  }),
  'counts no snapshots': (inner) => ({
    statistics: async (operation) => ({ ...(await inner.statistics(operation)), snapshots: 0 }),
  }),
  'opens with no key': (inner) => ({
    keys: async (operation) => (await inner.keys(operation)).map((key) => ({ ...key, current: false })),
  }),
  'leaves a lock after each backup': (inner) => ({
    async locks(operation) {
      const lock = { id: strangeId, createdAt: 0, exclusive: false, host: 'test-host', user: 'tester', pid: 1 };
      return [...(await inner.locks(operation)), lock];
    },
  }),
} as const satisfies Readonly<Record<string, (inner: Backend) => Overrides>>;

export type Fault = keyof typeof faults;

const emptyResult: BackupResult = {
  snapshot: undefined,
  stats: undefined,
  unreadable: [],
  unreadableCount: 0,
  complete: false,
  exitLost: true,
};

/** A backend that breaks one obligation and keeps the others. */
export function faulty(inner: Backend, fault: Fault): Backend {
  return overlay(inner, faults[fault](inner));
}
