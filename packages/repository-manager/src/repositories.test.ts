import {
  Secret,
  UmbraError,
  type Backend,
  type BackendFactory,
  type BackendHost,
  type BackendRepository,
  type BackendWrapper,
  type LockRecord,
  type Operation,
  type RepositoryDefinition,
  type RestoreSpec,
} from '@umbracore/contracts';
import {
  aRepository,
  aSnapshot,
  FakeBackend,
  FakeClock,
  FakeProcessTable,
  recordingEvents,
  recordingLog,
  type BackendMethod,
  type FakeBackendOptions,
} from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { createRepositories } from './repositories.ts';

/** Fakes around one backend, and what the factory was given. */
function aSetting(options: FakeBackendOptions & { readonly wrappers?: readonly BackendWrapper[] } = {}) {
  const clock = new FakeClock();
  const backend = new FakeBackend({ clock, ...options });
  const processes = new FakeProcessTable('here');
  const events = recordingEvents();
  const log = recordingLog();
  const made: BackendRepository[] = [];
  const factory: BackendFactory = (repository) => {
    made.push(repository);
    return backend;
  };
  const repositories = createRepositories({
    registry: {
      names: () => ['fake'],
      get(name) {
        if (name === 'fake') return factory;
        throw new UmbraError('plugin.absent', `No backend ${name}.`, { hint: 'Name its plug-in.' });
      },
    },
    secrets: {
      async resolve({ scheme, target }) {
        if (scheme !== 'env')
          throw new UmbraError('secret.unavailable', `${scheme}: has no value.`, { hint: 'Set it.' });
        return new Secret(`value of ${String(target)}`);
      },
    },
    host: {} as BackendHost,
    processes,
    wrappers: options.wrappers ?? [],
    clock,
    log,
    events,
  });
  return { clock, backend, processes, events, log, made, repositories };
}

const env = (target: string) => ({ scheme: 'env', target });
const withSecrets = aRepository({ password: env('PASSWORD'), env: { AWS_KEY: env('KEY') } });

test('secrets are resolved and handed to the backend, and never show in the log', async () => {
  const { repositories, made, log } = aSetting();
  const backend = await repositories.backend(withSecrets);
  await backend.open();
  expect(made[0]?.password?.reveal()).toBe('value of PASSWORD');
  expect(made[0]?.env['AWS_KEY']?.reveal()).toBe('value of KEY');
  expect(made[0]?.definition).toBe(withSecrets);
  expect(log.text()).not.toContain('value of');
});

test('a repository without secrets has none', async () => {
  const { repositories } = aSetting();
  const definition = aRepository();
  expect(await repositories.resolve(definition)).toEqual({ definition, password: undefined, env: {} });
});

test('a secret that cannot be had is the error of the call, and of the health', async () => {
  const { repositories } = aSetting();
  const definition = aRepository({ password: { scheme: 'file', target: '/absent' } });
  await expect(repositories.backend(definition)).rejects.toMatchObject({ code: 'secret.unavailable' });
  expect(await repositories.health(definition)).toMatchObject({ state: 'failed', hint: 'Set it.', engine: undefined });
});

test('a backend that nobody brought is told', async () => {
  const { repositories } = aSetting();
  await expect(repositories.backend(aRepository({ backend: 'tape' }))).rejects.toMatchObject({ code: 'plugin.absent' });
});

test('wrappers lie around the backend, the last one outermost', async () => {
  const order: string[] = [];
  const noting =
    (name: string): BackendWrapper =>
    (inner) => {
      const open: typeof inner.open = (operation) => {
        order.push(name);
        return inner.open(operation);
      };
      return new Proxy(inner, { get: (target, key) => (key === 'open' ? open : Reflect.get(target, key)) });
    };
  const { repositories } = aSetting({ wrappers: [noting('first'), noting('last')] });
  await (await repositories.backend(aRepository())).open();
  expect(order).toEqual(['last', 'first']);
});

test('creating over a repository, and adopting none, say which command is meant', async () => {
  const there = aSetting().repositories;
  await expect(there.create(aRepository())).rejects.toMatchObject({
    code: 'repository.exists',
    hint: expect.stringContaining('umbra repo adopt main') as string,
  });
  expect(await there.adopt(aRepository())).toMatchObject({ id: expect.any(String) as string });

  const absent = aSetting({ exists: false }).repositories;
  await expect(absent.adopt(aRepository())).rejects.toMatchObject({
    code: 'repository.absent',
    hint: expect.stringContaining('umbra repo create main') as string,
  });
  await absent.create(aRepository());
  expect(await absent.adopt(aRepository())).toMatchObject({ id: expect.any(String) as string });
});

test('other errors of creating and adopting keep their own words', async () => {
  const { repositories, backend } = aSetting();
  backend.failNext('repository.unreachable', { message: 'no route' });
  await expect(repositories.adopt(aRepository())).rejects.toMatchObject({
    code: 'repository.unreachable',
    message: 'no route',
  });
});

test('the health of a good repository has everything', async () => {
  const { repositories, backend, clock } = aSetting();
  backend.putSnapshot(aSnapshot());
  backend.putLock({ id: 'l1', createdAt: clock.now(), exclusive: false, host: 'there', user: 'u', pid: 7 });
  expect(await repositories.health(aRepository())).toMatchObject({
    state: 'ready',
    facts: { id: expect.any(String) as string },
    engine: { name: 'fake' },
    locks: [{ verdict: 'unknown', lock: { id: 'l1' } }],
    snapshots: 1,
    problem: undefined,
    hint: undefined,
  });
  expect(backend.calls.map(({ method }) => method)).not.toContain('removeLocks');
});

test('the health of a backend without locks has none', async () => {
  const { repositories } = aSetting({ supports: ['list'] });
  expect(await repositories.health(aRepository())).toMatchObject({ state: 'ready', locks: [] });
  expect(await repositories.heal(aRepository(), [])).toEqual({ verdicts: [], removed: [] });
});

test.each([
  ['repository.absent', 'absent'],
  ['repository.wrong-password', 'wrong-password'],
  ['repository.unreachable', 'unreachable'],
  ['repository.locked', 'busy'],
  ['repository.damaged', 'failed'],
  ['internal', 'failed'],
] as const)('the error %s is the health %s, with what was found before', async (code, state) => {
  const { repositories, backend } = aSetting();
  backend.failNext(code, { method: 'open', message: 'so it is' });
  const health = await repositories.health(aRepository());
  expect(health).toMatchObject({ state, problem: 'so it is', engine: { name: 'fake' }, facts: undefined, locks: [] });
});

test('of a repository that lets nobody in it is told who has it', async () => {
  const { repositories, backend, clock } = aSetting();
  backend.putLock({ id: 'l1', createdAt: clock.now(), exclusive: true, host: 'there', user: 'u', pid: 7 });
  backend.failNext('repository.locked', { method: 'open' });
  expect(await repositories.health(aRepository())).toMatchObject({ state: 'busy', locks: [{ lock: { id: 'l1' } }] });
});

test('asking for the health can be cancelled', async () => {
  const { repositories, backend } = aSetting();
  const controller = new AbortController();
  const held = backend.holdNext('open');
  const health = repositories.health(aRepository(), { signal: controller.signal });
  await held.reached;
  controller.abort(new UmbraError('run.cancelled', 'enough'));
  await expect(health).rejects.toMatchObject({ code: 'run.cancelled' });
});

const lockOf = (id: string, pid: number, createdAt: number, host = 'here'): LockRecord => ({
  id,
  pid,
  createdAt,
  host,
  exclusive: true,
  user: 'root',
});

const idsOf = (locks: readonly LockRecord[]) => locks.map(({ id }) => id);

test('healing removes the locks of the dead and of nobody else, and tells it once', async () => {
  const { repositories, backend, clock, processes, events } = aSetting();
  const made = clock.now() - 10 * 60_000;
  const engine = processes.start(42, made - 1000);
  processes.end(42);
  processes.start(43, made - 1000);
  processes.start(44, made + 5 * 60_000);
  processes.start(45);
  backend.putLock(lockOf('ended', 42, made));
  backend.putLock(lockOf('running', 43, made));
  backend.putLock(lockOf('reused', 44, made));
  backend.putLock(lockOf('hidden', 45, made));
  backend.putLock(lockOf('foreign', 42, made, 'there'));
  backend.putLock(lockOf('forgotten', 42, made - 30 * 60_000, 'there'));

  const report = await repositories.heal(aRepository(), [engine]);
  expect(idsOf(report.removed)).toEqual(['ended', 'reused', 'forgotten']);
  expect(report.verdicts.map(({ lock, verdict }) => [lock.id, verdict])).toEqual([
    ['ended', 'dead'],
    ['running', 'alive'],
    ['reused', 'dead'],
    ['hidden', 'unknown'],
    ['foreign', 'unknown'],
    ['forgotten', 'stale'],
  ]);
  expect(report.verdicts[0]?.reason).toContain('our engine');
  expect(idsOf(await backend.locks())).toEqual(['running', 'hidden', 'foreign']);
  expect(events.of('locks.healed')).toMatchObject([{ repository: 'main', locks: ['ended', 'reused', 'forgotten'] }]);
});

test('an engine that is said to be ours but lives keeps its lock', async () => {
  const { repositories, backend, clock, processes, events } = aSetting();
  const engine = processes.start(42, clock.now() - 2000);
  backend.putLock(lockOf('l1', 42, clock.now() - 1000));
  const report = await repositories.heal(aRepository(), [engine]);
  expect(report).toMatchObject({ verdicts: [{ verdict: 'alive' }], removed: [] });
  expect(backend.calls.map(({ method }) => method)).not.toContain('removeLocks');
  expect(events.events).toEqual([]);
});

test('a lock of another container of this host is removed only if the engine of ours that has ended was there', async () => {
  const { repositories, backend, clock, processes } = aSetting();
  const made = clock.now() - 1000;
  const engine = { ...processes.start(42, made), pids: 'before' };
  processes.end(42);
  for (const pids of ['before', 'beside']) backend.putLock({ ...lockOf(pids, 42, made), pids });
  const report = await repositories.heal(aRepository(), [engine]);
  expect(idsOf(report.removed)).toEqual(['before']);
});

test('a backend that refuses to remove a lock is heard', async () => {
  const { repositories, backend, clock, events } = aSetting();
  backend.putLock(lockOf('l1', 42, clock.now() - 1000));
  backend.failNext('repository.locked', { method: 'removeLocks' });
  await expect(repositories.heal(aRepository(), [])).rejects.toMatchObject({ code: 'repository.locked' });
  expect(events.events).toEqual([]);
});

/** What asks for a lock outside of any run. */
const lockers: readonly (readonly [BackendMethod, (backend: Backend, operation?: Operation) => Promise<unknown>])[] = [
  ['restore', (backend, operation) => backend.restore({} as RestoreSpec, operation)],
  ['check', (backend, operation) => backend.check({ type: 'structure' }, operation)],
  ['tag', (backend, operation) => backend.tag([], [], [], operation)],
  ['repair', (backend, operation) => backend.repair({ type: 'index' }, operation)],
  ['upgrade', (backend, operation) => backend.upgrade(operation)],
  ['copyFrom', (backend, operation) => backend.copyFrom(elsewhere, [], operation)],
  ['addKey', (backend, operation) => backend.addKey(new Secret('a'), operation)],
  ['removeKey', (backend, operation) => backend.removeKey('k', operation)],
];
const elsewhere = { definition: aRepository(), password: undefined, env: {} };

/** How often it was asked, and how the last time ended. */
async function locked([method, ask]: (typeof lockers)[number], pid: number, operation?: Operation) {
  const { repositories, backend, clock, processes, events } = aSetting();
  processes.start(43, clock.now() - 2000);
  backend.putLock(lockOf('l1', pid, clock.now() - 1000));
  backend.failNext('repository.locked', { method });
  const opened = await repositories.backend(aRepository());
  const error: unknown = await ask(opened, operation).catch((thrown: unknown) => thrown);
  const isLocked = error instanceof UmbraError && error.code === 'repository.locked';
  const asked = backend.calls.filter((call) => call.method === method).length;
  return { asked, isLocked, left: idsOf(await backend.locks()), told: events.of('locks.healed').length };
}

test.each(lockers)('%s: a lock of the dead that is in the way goes, and it is tried once more', async (...locker) => {
  expect(await locked(locker, 42)).toEqual({ asked: 2, isLocked: false, left: [], told: 1 });
});

test.each(lockers)('%s: one of the living stays in the way', async (...locker) => {
  expect(await locked(locker, 43)).toEqual({ asked: 1, isLocked: true, left: ['l1'], told: 0 });
});

test.each(lockers)('%s: a run removes locks itself', async (...locker) => {
  const found = await locked(locker, 42, { spool: '/spool' });
  expect(found).toEqual({ asked: 1, isLocked: true, left: ['l1'], told: 0 });
});

test('every operation is one debug line with its outcome and duration', async () => {
  const { repositories, backend, log } = aSetting();
  const definition: RepositoryDefinition = aRepository({ name: 'nas' });
  const opened = await repositories.backend(definition);
  await opened.open();
  backend.failNext('repository.unreachable', { method: 'snapshots' });
  await expect(opened.snapshots()).rejects.toMatchObject({ code: 'repository.unreachable' });
  backend.putSnapshot(aSnapshot());
  const entries = [];
  for await (const entry of opened.list(aSnapshot().id)) entries.push(entry);
  expect(log.lines.map(({ level, fields }) => [level, fields])).toEqual([
    ['debug', { repository: 'nas', operation: 'open', outcome: 'done', durationMs: 0 }],
    ['debug', { repository: 'nas', operation: 'snapshots', outcome: 'repository.unreachable', durationMs: 0 }],
    ['debug', { repository: 'nas', operation: 'list', outcome: 'done', durationMs: 0 }],
  ]);
});
