import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { aNewRun, FakeClock, recordingLog } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { openStateStore } from '../src/index.ts';
import { fileOf, fill, finish } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';
import { openedUnprivileged, protectedFolder } from './unwritable.ts';

async function filledFolder(count = 3) {
  const folder = temporaryFolder();
  await using store = await openIn(folder.path);
  await fill(store, count);
  return folder;
}

const asideIn = (dir: string) =>
  readdirSync(dir).filter((name) => name.includes('.damaged-') && !/-(?:wal|shm)$/u.test(name));

test('the folder and its files are for this user alone, whatever the umask', async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, 'made', 'here');
  const before = process.umask(0);
  try {
    await using store = await openIn(dir);
    await finish(store, 'r-1');
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    const modes = readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mode & 0o777]);
    const names = ['state.db', 'state.db-shm', 'state.db-wal', 'state.db.lock'];
    expect(modes).toEqual(names.map((name) => [name, 0o600]));
  } finally {
    process.umask(before);
  }
});

test.each<[string, (file: string) => void]>([
  ['something else entirely', (file) => writeFileSync(file, 'this was never a database, '.repeat(500))],
  ['cut in the middle', (file) => truncateSync(file, 4096 * 3)],
  ['overwritten from its second page on', (file) => scribble(file, 4096)],
  ['without its first page', (file) => writeFileSync(file, readFileSync(file).subarray(4096))],
])('a file that is %s is set aside untouched, and history begins anew with an alarm', async (_name, damage) => {
  using folder = await filledFolder();
  damage(fileOf(folder.path));
  const damaged = readFileSync(fileOf(folder.path));
  {
    await using store = await openIn(folder.path);
    expect(store.health).toMatchObject({ mode: 'durable', alarms: [{ code: 'state.damaged' }] });
    expect(await store.runs({})).toEqual([]);
    await finish(store, 'r-new');
  }
  const aside = asideIn(folder.path);
  expect(aside).toHaveLength(1);
  const kept = join(folder.path, aside[0] ?? '');
  expect(readFileSync(kept)).toEqual(damaged);
  {
    await using again = await openIn(folder.path);
    expect(again.health.alarms).toMatchObject([{ code: 'state.damaged' }]);
    expect(await again.runs({})).toHaveLength(1);
  }
  rmSync(kept);
  await using quiet = await openIn(folder.path);
  expect(quiet.health.alarms).toEqual([]);
});

function scribble(file: string, from: number): void {
  const content = readFileSync(file);
  writeFileSync(file, content.fill(0x5a, from));
}

test('an empty file is a new store, without an alarm', async () => {
  using folder = temporaryFolder();
  writeFileSync(fileOf(folder.path), '');
  await using store = await openIn(folder.path);
  await finish(store, 'r-1');
  expect(store.health).toEqual({ mode: 'durable', alarms: [] });
});

test('a folder that cannot be one is answered with a store in memory and an alarm', async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, 'file');
  writeFileSync(dir, '');
  const { lines, ...log } = recordingLog();
  await using store = await openStateStore({ dir, clock: new FakeClock(), log });
  expect(store.health).toMatchObject({ mode: 'volatile', alarms: [{ code: 'state.read-only' }] });
  await finish(store, 'r-1');
  expect(await store.runs({})).toHaveLength(1);
  expect(lines).toHaveLength(1);
});

test('a state of a newer version is left alone', async () => {
  using folder = await filledFolder();
  const database = new DatabaseSync(fileOf(folder.path));
  database.exec('pragma user_version = 99');
  database.close();
  const before = readFileSync(fileOf(folder.path));
  for (const readOnly of [false, true]) {
    await using store = await openStateStore({ dir: folder.path, clock: new FakeClock(), readOnly });
    expect(store.health).toMatchObject({ mode: 'volatile', alarms: [{ code: 'state.newer' }] });
    expect(await store.runs({})).toEqual([]);
  }
  expect(readFileSync(fileOf(folder.path))).toEqual(before);
});

test('a store opened for reading shows what is there and refuses changes', async () => {
  using folder = await filledFolder();
  await using writer = await openIn(folder.path);
  await using store = await openStateStore({ dir: folder.path, clock: new FakeClock(), readOnly: true });
  expect(store.health).toEqual({ mode: 'durable', alarms: [] });
  expect(await store.runs({})).toHaveLength(3);
  await finish(writer, 'r-new');
  expect(await store.runs({})).toHaveLength(4);
  await expect(store.enqueue(aNewRun())).rejects.toMatchObject({ code: 'state.read-only' });
});

test('a store opened for reading makes nothing', async () => {
  using folder = temporaryFolder();
  const dir = join(folder.path, 'absent');
  await using store = await openStateStore({ dir, clock: new FakeClock(), readOnly: true });
  expect(store.health).toEqual({ mode: 'durable', alarms: [] });
  expect(await store.runs({})).toEqual([]);
  await expect(store.enqueue(aNewRun())).rejects.toMatchObject({ code: 'state.read-only' });
  expect(readdirSync(folder.path)).toEqual([]);
});

const onReadOnlyDisk = `mount -t tmpfs -o ro none "$0" && exec "$@"`;
const mayMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

test.runIf(mayMount)('a folder that cannot be made on a read-only disk is told as such (needs to mount)', () => {
  using folder = temporaryFolder();
  const code = `import { openStateStore } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))};
    const clock = { now: () => 0, monotonicMs: () => 0 };
    await using store = await openStateStore({ dir: ${JSON.stringify(join(folder.path, 'some', 'state'))}, clock });
    console.log(store.health.alarms.map(({ message }) => message).join());`;
  const node = [process.execPath, '--no-warnings', '--conditions=@umbra/source', '--input-type=module', '-e', code];
  const args = ['--mount', 'sh', '-c', onReadOnlyDisk, folder.path, ...node];
  expect(spawnSync('unshare', args, { encoding: 'utf8' })).toMatchObject({
    stderr: '',
    stdout: expect.stringContaining('EROFS: read-only file system'),
  });
});

const degraded = {
  mode: 'volatile',
  codes: ['state.read-only'],
  before: 3,
  after: 4,
  cursors: { 'job-r-000': 7, 'job-new': 1 },
  findings: 0,
  waiting: [],
};

test('a folder that cannot be written still shows its history, and what happened last too', async () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const dir = join(folder.path, 'state');
  {
    await using store = await openIn(dir);
    await fill(store, 3);
    await store.account([{ job: 'job-r-000', from: undefined, until: 7, runs: [] }]);
    using _protected = protectedFolder(dir);
    expect(openedUnprivileged(dir)).toEqual(degraded);
  }
  using _protected = protectedFolder(dir);
  expect(openedUnprivileged(dir)).toEqual(degraded);
});

test('a run that waits has another id in memory, for the file begins it once more', async () => {
  using folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  const dir = join(folder.path, 'state');
  const id = 'r-01MG0BYHW18A6A4Z';
  {
    await using store = await openIn(dir);
    await store.enqueue(aNewRun({ id, slot: 'eleven' }));
  }
  using _protected = protectedFolder(dir);
  const { waiting } = openedUnprivileged(dir) as { readonly waiting: readonly { readonly id: string }[] };
  expect(waiting).toMatchObject([{ id: expect.stringMatching(/^r-01MG0BYHW1[0-9A-Z]{6}$/), slot: 'eleven' }]);
  expect(waiting[0]?.id).not.toBe(id);
});

test('an index that hides a run is made anew at the start, and nothing is set aside', async () => {
  using folder = await filledFolder();
  changeBesideIndex(
    fileOf(folder.path),
    `insert into runs
     select 'r-new', job, repository, 'new', 'queued', queued_at + 9, null, 1, null, 0, null, null,
       replace(record, 'r-002', 'r-new'), null, null, null, null
     from runs where id = 'r-002'`,
  );
  await using store = await openIn(folder.path);
  expect(await store.runs({})).toHaveLength(4);
  expect(await store.audit()).toEqual([]);
  expect(store.health).toEqual({ mode: 'durable', alarms: [] });
});

test('an index that is wrong about a time is found by the audit, and made anew at the next start', async () => {
  using folder = await filledFolder();
  {
    await using store = await openIn(folder.path);
    await store.enqueue(aNewRun({ id: 'r-open', queuedAt: 1 }));
  }
  changeBesideIndex(fileOf(folder.path), "update runs set queued_at = 9e15 where id = 'r-open'");
  {
    await using store = await openIn(folder.path);
    expect((await store.runs({})).at(-1)?.id).toBe('r-open');
    await expect(store.audit()).rejects.toMatchObject({ code: 'state.damaged' });
  }
  await using store = await openIn(folder.path);
  expect((await store.runs({})).at(0)?.id).toBe('r-open');
  expect(await store.audit()).toEqual([]);
  expect(store.health).toEqual({ mode: 'durable', alarms: [] });
});

/** Changes runs while SQLite does not know of the index over time, and gives the index back. */
function changeBesideIndex(file: string, change: string): void {
  const edit = (statements: string) => {
    using database = new DatabaseSync(file, { defensive: false });
    database.exec(`pragma writable_schema = on; ${statements}`);
  };
  const index = "from sqlite_schema where name = 'runs_time'";
  edit(`create table aside as select * ${index}; delete ${index}`);
  edit(`${change}; insert into sqlite_schema select * from aside; drop table aside`);
}
