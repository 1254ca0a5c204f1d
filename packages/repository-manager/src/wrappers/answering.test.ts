import { Secret, UmbraError, unknownProgress, type Backend, type Operation } from '@umbracore/contracts';
import { aRepository, aSnapshot, FakeBackend, FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { answering } from './answering.ts';

const minute = 60_000;

function aSetting() {
  const clock = new FakeClock();
  const fake = new FakeBackend({ clock });
  const backend = answering({ clock })(fake, aRepository({ stallTimeoutMs: 2 * minute }));
  const asked = (): number => fake.calls.filter(({ method }) => method === 'open').length;
  /** From now on it reaches nobody, whatever is asked. */
  const beGone = (): void => fake.failNext('repository.unreachable', { method: 'open', times: 1000 });
  return { clock, fake, backend, asked, beGone };
}

async function gather<T>(some: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of some) all.push(one);
  return all;
}

const anEntry = { path: '/a', type: 'file', size: 1, mode: 0, uid: 0, gid: 0, modifiedAt: 0 } as const;
const elsewhere = { definition: aRepository(), password: undefined, env: {} };

/** Each way of asking a repository for something. */
const questions: readonly (readonly [
  Parameters<FakeBackend['holdNext']>[0] & string,
  (backend: Backend, operation?: Operation) => Promise<unknown>,
])[] = [
  ['create', (backend, operation) => backend.create(operation)],
  ['backup', (backend, operation) => backend.backup({} as Parameters<Backend['backup']>[0], operation)],
  ['holds', (backend, operation) => backend.holds('a', operation)],
  ['snapshots', (backend, operation) => backend.snapshots({}, operation)],
  ['snapshotIds', (backend, operation) => backend.snapshotIds(operation)],
  ['list', (backend, operation) => gather(backend.list('a', undefined, operation))],
  ['find', (backend, operation) => backend.find({ pattern: 'a', ignoreCase: false, snapshots: {} }, operation)],
  ['diff', (backend, operation) => backend.diff('a', 'b', operation)],
  ['dump', (backend, operation) => backend.dump('a', '/a', () => undefined, operation)],
  ['restore', (backend, operation) => backend.restore({} as Parameters<Backend['restore']>[0], operation)],
  ['check', (backend, operation) => backend.check({ type: 'structure' }, operation)],
  ['checkNew', (backend, operation) => backend.checkNew({ read: 'new' }, operation)],
  ['forget', (backend, operation) => backend.forget([], operation)],
  ['prune', (backend, operation) => backend.prune(operation)],
  ['copyFrom', (backend, operation) => backend.copyFrom(elsewhere, [], operation)],
  ['tag', (backend, operation) => backend.tag([], [], [], operation)],
  ['statistics', (backend, operation) => backend.statistics(operation)],
  ['repair', (backend, operation) => backend.repair({ type: 'index' }, operation)],
  ['upgrade', (backend, operation) => backend.upgrade(operation)],
  ['locks', (backend, operation) => backend.locks(operation)],
  ['removeLocks', (backend, operation) => backend.removeLocks([], operation)],
  ['keys', (backend, operation) => backend.keys(operation)],
  ['addKey', (backend, operation) => backend.addKey(new Secret('a'), operation)],
  ['removeKey', (backend, operation) => backend.removeKey('a', operation)],
  ['addMachineKey', (backend, operation) => backend.addMachineKey(operation)],
  ['removeMachineKey', (backend, operation) => backend.removeMachineKey(operation)],
];

test.each(questions)('%s: nothing comes, and to no other question either', async (method, ask) => {
  const { clock, fake, backend, beGone } = aSetting();
  fake.holdNext(method);
  beGone();
  const outcome = ask(backend).catch((error: unknown) => error);
  await clock.advance(2 * minute + 1000);
  expect(await outcome).toMatchObject({
    code: 'repository.unreachable',
    message: expect.stringMatching(/^main has answered nothing for 120 s, .*: scripted failure/),
    hint: expect.stringContaining('stallTimeout'),
  });
  expect(clock.sleeping).toBe(0);
});

test('it is slow: another question is answered, so that it is waited for', async () => {
  const { clock, fake, backend, asked } = aSetting();
  fake.putSnapshot(aSnapshot());
  const held = fake.holdNext('snapshots');
  const outcome = backend.snapshots();
  await clock.advance(30 * minute);
  expect(asked()).toBe(30);
  held.release();
  expect(await outcome).toHaveLength(1);
  expect(clock.sleeping).toBe(0);
});

test.each(['repository.wrong-password', 'repository.absent', 'repository.locked'] as const)(
  '%s is an answer',
  async (code) => {
    const { clock, fake, backend } = aSetting();
    const held = fake.holdNext('snapshots');
    fake.failNext(code, { method: 'open', times: 100 });
    const outcome = backend.snapshots();
    await clock.advance(10 * minute);
    held.release();
    expect(await outcome).toEqual([]);
  },
);

test('numbers that move are a sign, numbers that stand still are none', async () => {
  const { clock, fake, asked, beGone } = aSetting();
  let report: Operation['report'];
  const check: Backend['check'] = (scope, operation) => {
    report = operation?.report;
    return fake.check(scope, operation);
  };
  const inner = { open: (operation) => fake.open(operation), check } as Pick<Backend, 'open' | 'check'> as Backend;
  const backend = answering({ clock })(inner, aRepository({ stallTimeoutMs: 2 * minute }));
  fake.holdNext('check');
  beGone();
  const told: number[] = [];
  const outcome = backend
    .check({ type: 'all' }, { report: ({ bytesProcessed }) => told.push(bytesProcessed) })
    .catch((error: unknown) => error);
  for (let bytesProcessed = 1; bytesProcessed <= 10; bytesProcessed += 1) {
    report?.({ ...unknownProgress, bytesProcessed });
    await clock.advance(minute / 2);
  }
  expect([told.length, asked()]).toEqual([10, 0]);
  for (let times = 0; times < 4; times += 1) {
    report?.({ ...unknownProgress, bytesProcessed: 10 });
    await clock.advance(minute / 2);
  }
  expect(await outcome).toMatchObject({ code: 'repository.unreachable' });
});

test.each<readonly [string, (backend: Backend, take: () => Promise<void>) => Promise<unknown>]>([
  [
    'list',
    async (backend, take) => {
      for await (const _ of backend.list('a')) await take();
    },
  ],
  ['dump', (backend, take) => backend.dump('a', '/a', take)],
  ['diff', (backend, take) => backend.diff('a', 'b', { take })],
])('%s: nothing is waited for while the reader is at work', async (_, read) => {
  const clock = new FakeClock();
  let asked = 0;
  const inner = {
    open: async () => {
      asked += 1;
      throw new UmbraError('repository.unreachable', 'gone');
    },
    list: async function* () {
      yield anEntry;
      yield anEntry;
    },
    dump: async (_id, _path, sink) => {
      for (const one of [1, 2]) await sink(Buffer.of(one));
    },
    diff: async (_from, _to, operation) => {
      for (const one of [1, 2]) await operation?.take?.([{ path: `/${one}`, change: 'added', folder: false }]);
      return { changes: [], addedBytes: 0, removedBytes: 0 };
    },
  } as Pick<Backend, 'open' | 'list' | 'dump' | 'diff'> as Backend;
  let taken = 0;
  await read(answering({ clock })(inner, aRepository({ stallTimeoutMs: minute })), async () => {
    await clock.advance(10 * minute);
    taken += 1;
  });
  expect([taken, asked]).toEqual([2, 0]);
});

test('what belongs to a run is left to the limit of its job, and no limit is none', async () => {
  const { clock, fake, backend } = aSetting();
  const unlimited = answering({ clock })(fake, aRepository());
  for (const [one, operation] of [
    [backend, { spool: '/spool' }],
    [unlimited, {}],
  ] as const) {
    const held = fake.holdNext('prune');
    const outcome = one.prune(operation);
    expect(clock.sleeping).toBe(0);
    held.release();
    await outcome;
  }
});

test('whoever cancelled it is told that', async () => {
  const { clock, fake, backend, beGone } = aSetting();
  fake.holdNext('snapshots');
  beGone();
  const cancel = new AbortController();
  const outcome = backend.snapshots({}, { signal: cancel.signal }).catch((error: unknown) => error);
  await clock.advance(minute);
  cancel.abort();
  expect(await outcome).toMatchObject({ code: 'run.cancelled' });
});
