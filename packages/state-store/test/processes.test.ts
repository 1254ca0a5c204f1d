import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import type { StateStore } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { startChild } from './child.ts';
import { chance } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

interface Acknowledged {
  readonly id: string;
  readonly slot?: string;
  readonly created?: boolean;
  readonly fence?: number;
  readonly revision?: number;
  readonly steps?: number;
  readonly ended?: boolean;
}

const startWriter = (...args: readonly string[]) => startChild<Acknowledged>('writer.ts', ...args);

/** How far each run had come when it was told. */
function furthest(lines: readonly Acknowledged[]): ReadonlyMap<string, Acknowledged> {
  return new Map(lines.map((line) => [line.id, line]));
}

/** What was acknowledged and is not there. */
async function lostFrom(store: StateStore, told: ReadonlyMap<string, Acknowledged>): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const [id, { revision = 1, steps = 0, ended }] of told) {
    const run = await store.run(id);
    if (run === undefined || run.revision < revision) lost.push(`${id}: revision ${revision}`);
    if ((await store.steps(id)).length < steps) lost.push(`${id}: step ${steps}`);
    if (ended === true && run?.state !== 'succeeded') lost.push(`${id}: its end`);
  }
  return lost;
}

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

const kills = Number(process.env['UMBRA_STATE_KILLS'] ?? 32);

test(`after ${kills} kills at any instant nothing that was acknowledged is gone`, async () => {
  using folder = temporaryFolder();
  const random = chance(3);
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
}, 300_000);
