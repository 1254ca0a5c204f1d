import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@umbracore/runtime/documents';
import { expect } from 'vitest';
import { putDown, testSeed, times } from '../../../../tools/vitest/evidence.ts';
import { NearWorld } from '../support/near-world.ts';
import { stopwatch } from '../support/stopwatch.ts';
import { until, type World } from '../support/world.ts';
import { Journal } from './accounts.ts';
import { identityOf } from './aftermath.ts';

export const killAt = new URL('../../../../tools/faults/injectors/kill-at-statement.mjs', import.meta.url).href;

/** One way to die: which process, and when. */
export type Death =
  /** The coordinator, just before or after its n-th statement to the journal. */
  | { readonly at: 'statement'; readonly number: number; readonly when: 'before' | 'after' }
  /** Some of the three processes, at a moment after the start. */
  | { readonly at: 'moment'; readonly delayMs: number; readonly victims: readonly Victim[] };

export type Victim = 'coordinator' | 'shim' | 'engine';

export const describeDeath = (death: Death): string =>
  death.at === 'statement'
    ? `coordinator ${death.when} statement ${death.number}`
    : `${death.victims.join(' and ')} after ${death.delayMs} ms`;

/** How many statements a run sends to the journal when nobody kills it. */
export async function countStatements(world: World): Promise<number> {
  const file = world.at('statements');
  const env = { NODE_OPTIONS: `--import=${killAt}`, UMBRA_KILL_COUNT: file };
  const { code, stderr } = await world.start(['run', 'documents', '--json'], { env }).ended;
  expect(code, stderr).toBe(0);
  return Number(readFileSync(file, 'utf8'));
}

/** Runs the job and kills as told; resolves when the coordinator has ended, one way or the other. */
export async function die(world: World, death: Death): Promise<void> {
  if (death.at === 'statement') {
    const env = { NODE_OPTIONS: `--import=${killAt}`, UMBRA_KILL_AT: `${death.number}:${death.when}` };
    await world.start(['run', 'documents', '--json'], { env }).ended;
    return;
  }
  const run = world.start(['run', 'documents', '--json']);
  await Promise.race([new Promise((resolve) => setTimeout(resolve, death.delayMs)), run.ended]);
  for (const victim of death.victims) {
    if (victim === 'coordinator') run.child.kill('SIGKILL');
    else killIfThere(identityOf(world, victim));
  }
  await run.ended;
}

export function killIfThere(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Who goes on after a death. */
type Recovery = (args: readonly string[]) => Promise<unknown>;

/** What a timer does after a crash: it calls the program again. Fails if a run is not settled within ten seconds. */
async function settle(world: World, journal: Journal, what: string, call: Recovery): Promise<void> {
  const watch = stopwatch();
  await call(['run', '--due', '--quiet']);
  expect(journal.open(), `${what}: runs that are open`).toBe(0);
  expect(watch(), `${what}: settled`).toBeLessThan(10_000);
}

/** After each death, without a process that would have to be started for it: the disk has what the journal says, and no more. */
async function expectAccounted(world: World, journal: Journal, what: string): Promise<void> {
  const made = readdirSync(join(world.repository, 'snapshots')).toSorted();
  expect(journal.snapshots(), `${what}: snapshots that runs have made`).toEqual(made);
  await until(`${what}: no process left`, () => world.processes().length === 0);
}

/** The oracle asks restic and the process table, not the product. */
export async function expectWhole(world: World, runs: readonly RunDocument[], what: string): Promise<void> {
  const snapshotsOf = new Map<string, string[]>();
  for (const { id, tags = [] } of world.snapshots()) {
    const run = tags.find((tag) => tag.startsWith('umbra-run:'))?.slice('umbra-run:'.length) ?? 'untagged';
    snapshotsOf.set(run, [...(snapshotsOf.get(run) ?? []), id]);
  }
  for (const [run, ids] of snapshotsOf) expect(ids, `${what}: snapshots of ${run}`).toHaveLength(1);
  for (const { id, kind, outcome, snapshot } of runs) {
    const made = snapshotsOf.get(id)?.[0] ?? null;
    expect(snapshot, `${what}: ${id} ended as ${outcome}`).toBe(made);
    if (made !== null)
      expect(['succeeded', 'warning', 'cancelled'], `${what}: ${id} has a snapshot`).toContain(outcome);
    else if (kind === 'backup')
      expect(['failed', 'cancelled', 'skipped', 'missed'], `${what}: ${id} has none`).toContain(outcome);
    snapshotsOf.delete(id);
  }
  expect([...snapshotsOf.keys()], `${what}: snapshots of runs that the history does not know`).toEqual([]);
  await until(`${what}: no process left`, () => world.processes().length === 0);
}

/** Real kills in each crash test: more than a run has statements. With those of daemons and of borg there are two hundred. */
export const kills = times(75);
export const seed = testSeed;

/** Numbers from 0 to below 1 that are the same for the same seed (Mulberry32). */
export function numbers(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many worlds suffer at the same time, for most of a death is waiting. */
export const worlds = 3;

/** Which kills are those of one world: in pairs in turn, so that each has early ones and late ones. */
export const shares = Array.from({ length: worlds }, (_, world) => ({
  world: world + 1,
  kills: Array.from({ length: kills }, (_kill, index) => index).filter(
    (index) => Math.floor(index / 2) % worlds === world,
  ),
}));

/** A world with a few files and a job that proves no more than that its snapshot is there. */
export function worldToCrash(): World {
  const world = new NearWorld();
  world.configure('    verify: { afterBackup: none }\n', { retryDelay: '50ms' });
  for (let i = 0; i < 40; i++) world.write(`file-${i}`, `${i} `.repeat(2000));
  return world;
}

/** After so many deaths another process goes on, as it is with people, and the whole oracle looks, which asks restic and the history. */
const lookCloselyEvery = 10;

/**
 * Dies as often as there are deaths; after each the program is called again and everything must be whole. Who dies is a process;
 * who goes on mostly works in that of the tests.
 */
export async function survive(world: World, deaths: Iterable<Death>): Promise<void> {
  const journal = new Journal(world);
  let count = 0;
  for (const death of deaths) {
    world.write('changing', `content ${count++}`);
    await die(world, death);
    const what = `${count}: ${describeDeath(death)} (seed ${seed})`;
    const isCloselyLookedAt = count % lookCloselyEvery === 0;
    await settle(world, journal, what, (args) => (isCloselyLookedAt ? world.start(args).ended : world.umbra(...args)));
    await expectAccounted(world, journal, what);
    if (isCloselyLookedAt) await expectWhole(world, await world.history(), `up to ${what}`);
  }
  const { code, stderr } = await world.umbra('run', 'documents', '--json');
  expect(code, stderr).toBe(0);
  await expectWhole(world, await world.history(), 'in the end');
  expect(world.locks()).toEqual([]);
  expect(world.restic('check', '--read-data')).toContain('no errors were found');
  putDown({ unit: 'kills', count, seed });
}
