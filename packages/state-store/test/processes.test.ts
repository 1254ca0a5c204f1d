import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { furthest, lostFrom, type Acknowledged } from './acknowledged.ts';
import { startChild } from './child.ts';
import { chance } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

const startWriter = (...args: readonly string[]) => startChild<Acknowledged>('writer.ts', ...args);

// First, for it leaves what Node compiled to those that are killed before they could.
test('two processes at once give one run for each slot, every claim a fence of its own, and a sound chain', async () => {
  using folder = temporaryFolder();
  const writers = ['a', 'b'].map((name) => startWriter(folder.path, name, 'shared'));
  await Promise.all(writers.map(({ ended }) => ended));
  expect(writers.map(({ child }) => child.exitCode)).toEqual([0, 0]);
  const lines = writers.flatMap((one) => one.lines);

  const enqueued = lines.filter(({ created }) => created !== undefined);
  const slots = new Set(enqueued.map(({ slot }) => slot));
  expect(slots.size).toBe(60);
  for (const slot of slots) {
    const told = enqueued.filter((line) => line.slot === slot);
    expect(told.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  }
  const fences = lines.flatMap(({ fence }) => fence ?? []);
  expect(new Set(fences).size).toBe(fences.length);
  const ends = lines.filter(({ ended }) => ended).map(({ id }) => id);
  expect(new Set(ends).size).toBe(ends.length);

  await using store = await openIn(folder.path);
  expect(await store.runs({})).toHaveLength(60);
  expect((await store.count({})).succeeded).toBe(ends.length);
  expect(await store.audit()).toEqual([]);
});

const kills = times(32);

test(
  `after ${kills} kills at any instant nothing that was acknowledged is gone`,
  async () => {
    using folder = temporaryFolder();
    const random = chance(testSeed);
    let acknowledged = 0;
    for (let n = 0; n < kills; n += 1) {
      const { child, lines, reader, ended } = startWriter(folder.path, `w${n}`);
      // Every fifth is killed while it starts, the others in the middle of their work.
      if (n % 5 !== 0) await once(reader, 'line');
      await after(random(n % 5 === 0 ? 250 : 80));
      child.kill('SIGKILL');
      await ended;
      acknowledged += lines.length;

      await using store = await openIn(folder.path);
      expect(store.health).toEqual({ mode: 'durable', alarms: [] });
      expect(await lostFrom(store, furthest(lines))).toEqual([]);
      expect(await store.audit()).toEqual([]);
    }
    expect(acknowledged).toBeGreaterThan(kills);
    putDown({ unit: 'kills', count: kills, seed: testSeed });
  },
  60_000 + kills * 8000,
);
