import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { accountedIn, exactly, nextAccounting } from './accounted.ts';
import { startChild } from './child.ts';
import { chance, fileOf } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

interface Acknowledged {
  readonly id: string;
  readonly until: number;
  /** Absent if the accounting was refused. */
  readonly granted?: readonly string[];
}

const startAccountant = (...args: readonly string[]) => startChild<Acknowledged>('accountant.ts', ...args);

// First, for it leaves what Node compiled to those that are killed before they could.
test('of three processes that account for the same slots exactly one is granted each', async () => {
  using folder = temporaryFolder();
  const last = 300;
  const accountants = ['a', 'b', 'c'].map((name) => startAccountant(folder.path, name, String(last)));
  await Promise.all(accountants.map(({ ended }) => ended));
  expect(accountants.map(({ child }) => child.exitCode)).toEqual([0, 0, 0]);
  const granted = accountants.flatMap(({ lines }) => lines).filter(({ granted: ids }) => ids !== undefined);
  expect(granted.map(({ until }) => until).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: last }, (_, n) => n + 1),
  );
  await using store = await openIn(folder.path);
  expect(await accountedIn(store)).toEqual(exactly(last));
  const recorded = (await store.runs({})).map(({ id }) => id).toSorted();
  expect(granted.flatMap(({ granted: ids }) => ids ?? []).toSorted()).toEqual(recorded);
  expect(await store.audit()).toEqual([]);
});

const kills = times(16);

test(
  `after ${kills} kills at any instant every slot up to the cursor has its runs, and none beyond it`,
  async () => {
    using folder = temporaryFolder();
    const random = chance(testSeed);
    let told = 0;
    for (let n = 0; n < kills; n += 1) {
      const { child, lines, reader, ended } = startAccountant(folder.path, `a${n}`);
      await once(reader, 'line');
      await after(random(60));
      child.kill('SIGKILL');
      await ended;
      told = lines.at(-1)?.until ?? told;

      await using store = await openIn(folder.path);
      const { cursor } = await accountedIn(store);
      expect(cursor).toBeGreaterThanOrEqual(told);
      expect(await accountedIn(store)).toEqual(exactly(cursor));
      expect(await store.audit()).toEqual([]);
    }
    expect(told).toBeGreaterThan(kills);
    putDown({ unit: 'kills', count: kills, seed: testSeed });
  },
  60_000 + kills * 5000,
);

test('a kill before any statement of an accounting leaves nothing of it, one after the last statement all of it', async () => {
  const outcomes: number[] = [];
  for (let allowed = 0; ; allowed += 1) {
    using folder = temporaryFolder();
    {
      await using store = await openIn(folder.path);
      await store.account([nextAccounting(await store.cursors(), 'before')]);
    }
    const { child, ended } = startChild('killed-accountant.ts', folder.path, String(allowed));
    await ended;
    await using store = await openIn(folder.path);
    const { cursor } = await accountedIn(store);
    expect(await accountedIn(store)).toEqual(exactly(cursor));
    expect(await store.audit()).toEqual([]);
    const [again] = await store.account([nextAccounting(await store.cursors(), 'after')]);
    expect(again).toHaveLength(2);
    outcomes.push(cursor);
    if (child.signalCode === null) break;
  }
  const [finished, committed, ...killed] = outcomes.toReversed();
  expect([finished, committed]).toEqual([3, 3]);
  expect(killed.length).toBeGreaterThan(8);
  expect(new Set(killed)).toEqual(new Set([1]));
}, 120_000);

test('a slot whose record cannot be read is taken, raises an alarm, and keeps no other slot from being accounted for', async () => {
  using folder = temporaryFolder();
  await using store = await openIn(folder.path);
  const wanted = nextAccounting(new Map(), 'first');
  await store.account([wanted]);
  using database = new DatabaseSync(fileOf(folder.path));
  database.exec("update runs set record = substr(record, 2) where slot = '1-due'");
  const next = nextAccounting(await store.cursors(), 'second');
  const [runs] = await store.account([{ ...next, runs: [...wanted.runs, ...next.runs] }]);
  expect(runs?.map(({ slot }) => slot)).toEqual(['1-missed', '2-missed', '2-due']);
  expect(store.health.alarms).toMatchObject([{ code: 'state.damaged' }]);
});
