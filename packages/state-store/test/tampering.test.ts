import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isUmbraError, runsAlwaysKept, type RunRecord, type StateStore } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { flipped } from '../../../tools/faults/injectors/harms.ts';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { chance, copyOf, fileOf, fill, finish, runId, start } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

async function filledFolder(count: number) {
  const folder = temporaryFolder();
  await using store = await openIn(folder.path);
  await fill(store, count);
  return folder;
}

const textOf = (database: DatabaseSync, id: string): Buffer =>
  Buffer.from(String(database.prepare('select record from runs where id = ?').get(id)?.['record']));

const flips = times(1000);

test(
  `every one of ${flips} flipped bytes in finished records is found, in the run it was flipped in`,
  async () => {
    using folder = await filledFolder(20);
    await using store = await openIn(folder.path);
    const database = new DatabaseSync(fileOf(folder.path), { timeout: 5000 });
    const write = database.prepare('update runs set record = cast(? as text) where id = ?');
    const random = chance(testSeed);
    const missed: string[] = [];
    for (let n = 0; n < flips; n += 1) {
      const id = `r-${String(random(20)).padStart(3, '0')}`;
      const sound = textOf(database, id);
      const at = random(sound.length);
      write.run(flipped(sound, at, random(8)), id);
      const findings = await store.audit();
      // A flip in the id that the record itself tells is reported under that id.
      if (findings.length !== 1) missed.push(`${id} byte ${at}: ${findings.length} findings`);
      write.run(sound, id);
    }
    database.close();
    expect(missed).toEqual([]);
    expect(await store.audit()).toEqual([]);
    putDown({ unit: 'flips', count: flips, seed: testSeed });
  },
  60_000 + flips * 100,
);

test.each([
  ['a changed column', "update runs set state = 'failed' where id = 'r-003'", 'r-003'],
  ['a changed time', "update runs set queued_at = queued_at + 1 where id = 'r-003'", 'r-003'],
  ['a removed seal', "update runs set seal = null where id = 'r-003'", 'r-003'],
  ['a run deleted in the middle', "delete from runs where id = 'r-003'", 'r-004'],
  ['a run deleted at the start', "delete from runs where id = 'r-000'", 'r-001'],
  ['two runs that changed places', "update runs set seal = 9 - seal where id in ('r-003', 'r-004')", 'r-003'],
  ['a run deleted at the end', "delete from runs where id = 'r-009'", ''],
  ['all runs deleted', 'delete from runs', ''],
])('audit finds %s', async (_name, change, run) => {
  using folder = await filledFolder(10);
  const database = new DatabaseSync(fileOf(folder.path));
  database.exec(`pragma foreign_keys = off; ${change}`);
  database.close();
  await using store = await openIn(folder.path);
  const findings = await store.audit();
  expect(findings.map((finding) => finding.run)).toContain(run);
  expect(store.health.alarms).toMatchObject([{ code: 'state.damaged' }]);
});

test.each([
  ['a gap that was made longer', "update gaps set last = 4; delete from runs where id = 'r-003'", 'r-004'],
  ['a gap that was removed', 'delete from gaps', 'r-003'],
  ['a gap with another end', "update gaps set hash = 'x'", 'r-003'],
  ['a gap with another beginning', "update gaps set prev_hash = 'x'", ''],
])('audit finds %s', async (_name, change, run) => {
  using folder = temporaryFolder();
  {
    await using store = await openIn(folder.path);
    for (const n of Array.from({ length: 3 + runsAlwaysKept }).keys()) await finish(store, runId(n), start + n, 'job');
    expect(await store.trim({ before: start + 3, atMost: 1000 })).toMatchObject({ removed: [0, 1, 2].map(runId) });
    expect(await store.audit()).toEqual([]);
  }
  const database = new DatabaseSync(fileOf(folder.path));
  database.exec(`pragma foreign_keys = off; ${change}`);
  database.close();
  await using store = await openIn(folder.path);
  expect((await store.audit()).map((finding) => finding.run)).toContain(run);
});

test('a damaged record is still listed, with an alarm; one that cannot be read is left out, with an alarm', async () => {
  using folder = await filledFolder(3);
  const database = new DatabaseSync(fileOf(folder.path));
  database.exec(`update runs set record = replace(record, '"succeeded"', '"cancelled"') where id = 'r-000'`);
  database.exec(`update runs set record = substr(record, 2) where id = 'r-001'`);
  database.close();
  await using store = await openIn(folder.path);
  expect(store.health.alarms).toEqual([]);
  expect((await store.runs({})).map(({ id }) => id)).toEqual(['r-002', 'r-000']);
  expect(await store.run('r-001')).toBeUndefined();
  expect(store.health.alarms).toMatchObject([{ code: 'state.damaged' }]);
  expect(store.health.alarms[0]?.message).toMatch(/r-00[01].*1 more/u);
});

async function historyOf(dir: string): Promise<readonly RunRecord[]> {
  await using store = await openIn(dir);
  return await store.runs({});
}

/** True if the store told somehow that not everything is as it was written. */
async function tells(store: StateStore): Promise<boolean> {
  try {
    return (await store.audit()).length > 0 || store.health.alarms.length > 0;
  } catch (thrown) {
    return isUmbraError(thrown) && thrown.code === 'state.damaged';
  }
}

async function readsAs(store: StateStore, runs: readonly RunRecord[]): Promise<boolean> {
  try {
    const listed = await store.runs({});
    const single = await Promise.all(runs.map(({ id }) => store.run(id)));
    return JSON.stringify([listed, single]) === JSON.stringify([runs, runs]);
  } catch (thrown) {
    if (isUmbraError(thrown)) return false;
    throw thrown;
  }
}

const fileFlips = times(150);

test(
  'whatever byte of the file is flipped, it opens, and no finished record changes without a word',
  async () => {
    using folder = await filledFolder(40);
    const runs = await historyOf(folder.path);
    const sound = readFileSync(fileOf(folder.path));
    const random = chance(testSeed);
    const silent: number[] = [];
    for (let n = 0; n < fileFlips; n += 1) {
      const dir = join(folder.path, `copy-${n}`);
      const copy = copyOf(fileOf(folder.path), dir);
      const at = random(sound.length);
      writeFileSync(copy, flipped(sound, at, random(8)));
      await using store = await openIn(dir);
      if (!(await readsAs(store, runs)) && !(await tells(store))) silent.push(at);
    }
    expect(silent).toEqual([]);
    putDown({ unit: 'flips', count: fileFlips, seed: testSeed });
  },
  60_000 + fileFlips * 500,
);
