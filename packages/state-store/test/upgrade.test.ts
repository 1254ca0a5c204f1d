import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { FakeClock, aJob, aNewRun, aPlan } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { openStateStore } from '../src/index.ts';
import { migrations } from '../src/migrations.ts';
import { fileOf } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';
import { openedUnprivileged, protectedFolder } from './unwritable.ts';

/** A file as the first version wrote it: two runs that ended, one that is held and one that is queued. */
const firstVersion = readFileSync(new URL('fixtures/version-1.sql', import.meta.url), 'utf8');

function folderOfFirstVersion() {
  const folder = temporaryFolder();
  using database = new DatabaseSync(fileOf(folder.path));
  database.exec(`pragma journal_mode = wal; ${firstVersion}`);
  return folder;
}

const ids = ['r-queued', 'r-running', 'r-cancelled', 'r-succeeded'];

const addedSince = { parent: null, because: null, report: null };

test('a file of the first version keeps its runs, its chain and its leases, and what is new in records is null', async () => {
  using folder = folderOfFirstVersion();
  await using store = await openIn(folder.path);
  expect(store.health).toEqual({ mode: 'durable', alarms: [] });
  expect(existsSync(`${fileOf(folder.path)}.before-v${migrations.length}`)).toBe(true);
  const runs = await store.runs({});
  expect(runs.map(({ id }) => id)).toEqual(ids);
  for (const run of runs) expect(run).toMatchObject(addedSince);
  expect(runs.at(-1)).toMatchObject({ state: 'succeeded', snapshot: '5eed'.repeat(16), slot: 'daily/1767614400000' });
  expect(await store.steps('r-succeeded')).toHaveLength(1);
  expect((await store.open()).map(({ run, lease }) => [run.id, lease?.fence])).toEqual([
    ['r-queued', undefined],
    ['r-running', 3],
  ]);
  expect(await store.cursors()).toEqual(new Map());
  expect(await store.audit()).toEqual([]);
});

test('the chain of the first version goes on', async () => {
  using folder = folderOfFirstVersion();
  {
    await using store = await openIn(folder.path);
    const lease = (await store.open()).find(({ run }) => run.id === 'r-running')?.lease;
    if (lease === undefined) throw new Error('the lease is gone');
    const ended = await store.update(lease, 2, { state: 'failed', finishedAt: lease.until });
    expect(ended).toMatchObject(addedSince);
    const plan = aPlan({ job: aJob({ id: 'music' }) });
    const run = aNewRun({ id: 'r-new', slot: 'daily/1', plan });
    const because = { code: 'catch-up', text: 'the machine was off', alsoStandsFor: null } as const;
    const runs = [{ ...run, end: { outcome: 'missed' as const, because } }];
    await store.account([{ job: 'music', from: undefined, until: 7, runs }]);
  }
  await using store = await openIn(folder.path);
  expect(await store.count({})).toMatchObject({ succeeded: 1, cancelled: 1, failed: 1, missed: 1 });
  expect(await store.audit()).toEqual([]);
});

test('of the jobs of the second version is not known when they were first seen', async () => {
  using folder = folderOfFirstVersion();
  {
    using database = new DatabaseSync(fileOf(folder.path));
    database.exec(`${migrations[1]}; insert into cursors values ('old', 5); pragma user_version = 2`);
  }
  await using store = await openIn(folder.path);
  await store.account([
    { job: 'old', from: 5, until: 7, runs: [] },
    { job: 'new', from: undefined, until: 7, runs: [] },
  ]);
  expect(await store.cursors()).toEqual(new Map(['old', 'new'].map((job) => [job, 7])));
  expect(await store.firstSeen()).toEqual(new Map([['new', 7]]));
});

test('a slot that a run of the first version has is not given again', async () => {
  using folder = folderOfFirstVersion();
  await using store = await openIn(folder.path);
  const slot = 'daily/1767614400000';
  const runs = [aNewRun({ id: 'r-again', slot })];
  const [given] = await store.account([{ job: 'documents', from: undefined, until: 7, runs }]);
  expect(given).toMatchObject([{ id: 'r-succeeded', state: 'succeeded' }]);
});

test('a file of the first version is shown to those who only read, and is not touched by it', async () => {
  using folder = folderOfFirstVersion();
  const before = readFileSync(fileOf(folder.path));
  {
    await using store = await openStateStore({ dir: folder.path, clock: new FakeClock(), readOnly: true });
    expect(store.health).toEqual({ mode: 'durable', alarms: [] });
    expect((await store.runs({})).map(({ id }) => id)).toEqual(ids);
    expect(await store.audit()).toEqual([]);
    await expect(store.enqueue(aNewRun())).rejects.toMatchObject({ code: 'state.read-only' });
  }
  expect(readFileSync(fileOf(folder.path))).toEqual(before);
});

test('a damaged file of the first version is not shown as an empty history to those who only read', async () => {
  using folder = folderOfFirstVersion();
  {
    using database = new DatabaseSync(fileOf(folder.path), { defensive: false });
    database.exec("pragma writable_schema = on; update sqlite_schema set rootpage = 3 where name = 'runs'");
  }
  await using store = await openStateStore({ dir: folder.path, clock: new FakeClock(), readOnly: true });
  expect(store.health).toMatchObject({ mode: 'volatile', alarms: [{ code: 'state.damaged' }] });
});

test('a folder of the first version that cannot be written still shows its history', () => {
  using folder = folderOfFirstVersion();
  chmodSync(folder.path, 0o755);
  using _protected = protectedFolder(folder.path);
  expect(openedUnprivileged(folder.path)).toMatchObject({
    mode: 'volatile',
    codes: ['state.read-only'],
    before: 4,
    after: 5,
    cursors: { 'job-new': 1 },
    findings: 0,
  });
});
