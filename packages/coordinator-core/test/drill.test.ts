import type { DrillReport, RestoreSpec } from '@umbracore/contracts';
import { aCopyJob, aDrillJob, aJob } from '@umbracore/testkit';
import type { FakeBackend } from '@umbracore/testkit';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BackupRun, RunRequest } from '../src/index.ts';
import { TwoRepositories } from './two-repositories.ts';

let stage: TwoRepositories;
let target: FakeBackend;

beforeEach(async () => {
  stage = await TwoRepositories.create();
  ({ target } = stage);
  rmSync(at('a.txt'));
});
afterEach(() => stage[Symbol.asyncDispose]());

const at = (...names: readonly string[]): string => join(stage.world.source, ...names);

function write(count: number, content = (place: number): string => `content ${place}`): void {
  for (let place = 0; place < count; place += 1) {
    mkdirSync(at(`${place % 5}`), { recursive: true });
    writeFileSync(at(`${place % 5}`, `${place}`), content(place));
  }
}

/** Saves the sources under a job, and gives the snapshot. */
async function save(id = 'documents', path = stage.world.source): Promise<string> {
  const job = aJob({ id, sources: [{ path, required: true }], shrinkLimit: 0, verifyAfterBackup: 'none' });
  return (await stage.run(job)).record.snapshot ?? '';
}

/** What comes back next is changed before anybody looks at it. */
function spoil(change: (spec: RestoreSpec) => void): void {
  const restore = target.restore.bind(target);
  target.restore = async (spec, operation) => {
    const result = await restore(spec, operation);
    change(spec);
    return result;
  };
}

const drill = (change: Parameters<typeof aDrillJob>[0] = {}, request: RunRequest = {}): Promise<BackupRun> =>
  stage.run(aDrillJob(change), request);

function reportOf({ record }: BackupRun): DrillReport {
  if (record.report?.kind !== 'drill') throw new Error(`no drill: ${record.error?.message}`);
  return record.report;
}

const leftBehind = (): readonly string[] =>
  existsSync(stage.world.scratchDir) ? readdirSync(stage.world.scratchDir) : [];

test('restores, compares, tells and leaves nothing', async () => {
  write(30);
  const snapshot = await save();
  let during: readonly string[] = [];
  spoil(() => void (during = leftBehind()));
  const run = await drill();
  expect(run.outcome).toBe('succeeded');
  expect(reportOf(run)).toMatchObject({ files: 10, bySource: 10, byHash: 0, notCompared: 0, failureCount: 0 });
  expect(reportOf(run).snapshots).toMatchObject([{ job: 'documents', snapshot, files: 10, proven: 10 }]);
  expect([during, leftBehind()]).toEqual([[`drill-${run.id}`], []]);
  expect(stage.stepsOf(run.id).map(({ kind, stage: when }) => `${kind} ${when}`)).toEqual([
    'drill intent',
    'drill done',
  ]);
  expect(await stage.logOf(run.id)).toMatch(/Restoring 10 files of \w{8} of documents/);
});

test('the progress is that of the whole, whatever the restore of one snapshot says', async () => {
  write(3);
  await save();
  await save('pictures');
  const restore = target.restore.bind(target);
  target.restore = async (spec, operation) => {
    for (const [phase, share] of [
      ['restoring', 0],
      ['done', 1],
    ] as const) {
      const files = spec.include.length * share;
      const counts = { filesProcessed: files, filesTotal: spec.include.length, bytesProcessed: share, bytesTotal: 1 };
      operation?.report?.({ phase, percentage: 100 * share, ...counts, currentFiles: [], errorCount: 0 });
    }
    return restore(spec, { ...operation, report: undefined });
  };
  const seen: unknown[] = [];
  stage.coordinator.progressHandler = ({ phase, filesProcessed, filesTotal }) =>
    void (phase === 'verifying' || seen.push([phase, filesProcessed, filesTotal]));
  await drill();
  expect(seen).toEqual([...[0, 3, 3, 6].map((files) => ['restoring', files, 6]), ['done', 6, 6]]);
});

test('what changed since is judged by its hashes, and without those not at all', async () => {
  write(10);
  await save();
  write(4, () => 'something else');
  expect(reportOf(await drill())).toMatchObject({ bySource: 6, byHash: 4, changed: 4, failureCount: 0 });
  target.supports.has = (ability) => ability !== 'trees';
  write(10, () => 'something else again');
  const run = await drill();
  expect(run).toMatchObject({
    outcome: 'warning',
    record: { suspicions: [expect.stringMatching(/nothing to compare/)] },
  });
  expect(reportOf(run)).toMatchObject({ bySource: 0, byHash: 0, notCompared: 10, changed: 10, failureCount: 0 });
});

test('what changed since, where no hashes can be read, is compared with what a copy gives back', async () => {
  write(10);
  const sources = [{ path: stage.world.source, required: true }];
  await stage.run(aJob({ sources, repositories: ['other'], verifyAfterBackup: 'none' }));
  await stage.run(aCopyJob({ jobs: ['documents'] }));
  target.supports.has = (ability) => ability !== 'trees';
  write(10, () => 'something else');
  const run = await drill();
  expect(run.outcome).toBe('succeeded');
  expect(reportOf(run)).toMatchObject({
    byCopy: 10,
    notCompared: 0,
    changed: 10,
    copies: [{ repository: 'other', files: 10 }],
    snapshots: [{ job: 'documents', proven: 10 }],
  });
  expect(leftBehind()).toEqual([]);

  const restore = stage.source.restore.bind(stage.source);
  stage.source.restore = async (spec, operation) => {
    const result = await restore(spec, operation);
    const [one = '', two = ''] = spec.include;
    writeFileSync(join(spec.target, one), 'x'.repeat(statSync(join(spec.target, one)).size));
    rmSync(join(spec.target, two));
    return result;
  };
  const other = await drill();
  expect(other).toMatchObject({ outcome: 'failed', record: { error: { code: 'restore.differs' } } });
  expect(reportOf(other)).toMatchObject({ byCopy: 8, notCompared: 1, failureCount: 1 });
  expect(reportOf(other).failures[0]?.reason).toBe(
    'it has other bytes than the same file from other, and one of the two is wrong',
  );
});

test.each<[string, (file: string) => void, string, string]>([
  ['is lost', (file) => rmSync(file), 'not-restored', 'verify.damage'],
  ['is cut off', (file) => writeFileSync(file, 'c'), 'truncated', 'restore.differs'],
  ['has other bytes', (file) => writeFileSync(file, 'contend 1'), 'differs', 'restore.differs'],
])('a file that %s is found, and tried again until it is well', async (_, change, problem, code) => {
  write(9);
  const broken = await save();
  let isBroken = true;
  spoil(({ target: folder, snapshot }) => {
    if (isBroken && snapshot === broken) change(join(folder, at('1', '1')));
  });
  const first = await drill();
  expect(first).toMatchObject({ outcome: 'failed', error: { code } });
  expect(reportOf(first)).toMatchObject({ failureCount: 1, failures: [{ path: at('1', '1'), problem }] });
  expect(leftBehind()).toEqual([]);

  const newer = await save();
  const second = reportOf(await drill({ files: 2 }));
  expect(second.failures).toMatchObject([{ path: at('1', '1'), snapshot: broken }]);
  expect(second.snapshots.map(({ snapshot }) => snapshot)).toEqual([broken, newer]);
  isBroken = false;
  expect(await drill({ files: 2 })).toMatchObject({ outcome: 'succeeded' });
});

test('a canary is restored every time, and missed', async () => {
  write(30);
  await save();
  const canaries = [at('2', '7')];
  for (let turn = 0; turn < 3; turn += 1) {
    expect(reportOf(await drill({ canaries, files: 3 })).snapshots[0]?.paths).toContain(canaries[0]);
  }
  rmSync(at('2', '7'));
  await save();
  const run = await drill({ canaries, files: 3 });
  expect(run).toMatchObject({ outcome: 'failed', error: { code: 'restore.incomplete' } });
  expect(reportOf(run).failures).toMatchObject([{ path: canaries[0], problem: 'absent' }]);
});

test('a canary behind a link is looked for where it was saved', async () => {
  write(6);
  symlinkSync(stage.world.source, join(stage.world.folder, 'link'));
  await save('documents', join(stage.world.folder, 'link'));
  const canaries = [join(stage.world.folder, 'link', '2', '2')];
  const run = await drill({ canaries, files: 1 });
  expect(run.outcome).toBe('succeeded');
  expect(reportOf(run).snapshots[0]?.paths).toEqual([at('2', '2')]);
});

test('files come that never came, and every job has its turn', async () => {
  write(20);
  await save();
  await save('music', at('3'));
  const seen = new Set<string>();
  for (let turn = 0; turn < 10; turn += 1) {
    for (const { job, paths } of reportOf(await drill({ files: 4 })).snapshots) {
      for (const path of paths) seen.add(`${job} ${path}`);
    }
  }
  expect(seen.size).toBe(24);
  const alone = reportOf(await drill({ jobs: ['music'], files: 4 }));
  expect(alone.snapshots.map(({ job }) => job)).toEqual(['music']);
  expect(await drill({ jobs: ['music', 'films'] })).toMatchObject({
    outcome: 'warning',
    record: { suspicions: ['main has no snapshot of films'] },
  });
});

test('the snapshot of a doubtful run is passed over while there is a good one', async () => {
  write(3);
  const good = await save();
  const doubtful = await save();
  for (const entry of stage.world.store.entries.values()) {
    if (entry.run.snapshot === doubtful) entry.run = { ...entry.run, suspicions: ['it has shrunk'] };
  }
  expect(reportOf(await drill({ files: 1 })).snapshots.map(({ snapshot }) => snapshot)).toEqual([good]);
});

test('a dry one tells what it would do and touches nothing', async () => {
  write(5);
  await save();
  const run = await drill({}, { dryRun: true });
  expect(run.outcome).toBe('succeeded');
  expect(reportOf(run)).toMatchObject({ files: 5, bySource: 0, restoreMs: 0 });
  expect(target.calls.filter(({ method }) => method === 'restore')).toEqual([]);
  expect(await stage.logOf(run.id)).toContain('Would restore 5 files');
});

test('without anything to try it is no success', async () => {
  expect(await drill()).toMatchObject({
    outcome: 'warning',
    record: { suspicions: ['main has no snapshot that could be tried'] },
  });
});

test.each([
  ['had no room for', 'engine.disk-full', () => 'write: no space left on device'],
  ['could not write here', 'restore.target', (folder: string) => `open ${folder}/x: permission denied`],
  ['did not write, and missed', 'verify.damage', (to: string) => `open ${to}/x: no such file or directory`],
  ['did not write, and could not give away', 'verify.damage', (to: string) => `lchown ${to}/x: not permitted`],
])('what an engine %s is %s', async (_, code, reason) => {
  write(3);
  await save();
  target.restore = async (spec) => ({
    filesRestored: 0,
    bytesRestored: 0,
    filesSkipped: 0,
    failed: [{ path: at('0', '0'), reason: reason(spec.target) }],
    failedCount: 1,
  });
  expect(await drill()).toMatchObject({ outcome: 'failed', error: { code } });
  expect(leftBehind()).toEqual([]);
});

test('a cancelled one leaves nothing', async () => {
  write(3);
  await save();
  const held = target.holdNext('restore');
  const { handle } = await stage.start(aDrillJob());
  await held.reached;
  handle.cancel('not today');
  expect(await handle).toMatchObject({ outcome: 'cancelled' });
  expect(leftBehind()).toEqual([]);
});

test('a later attempt tries the same files of the same snapshots', async () => {
  write(40);
  const first = await save();
  target.failNext('repository.unreachable', { method: 'restore' });
  const { handle } = await stage.start(aDrillJob({ retry: { type: 'fixed', maxAttempts: 2, delayMs: 60_000 } }));
  const restores = () =>
    target.calls.filter(({ method }) => method === 'restore').map(({ args }) => args[0] as RestoreSpec);
  // Only while it waits does time pass: work on real files would seem to hang.
  const waits = () => [...stage.world.store.entries.values()].some(({ run }) => run.state === 'retrying');
  while (!waits()) await new Promise(setImmediate);
  await save('documents');
  while (waits()) await stage.seconds(1);
  expect((await handle).attempts).toBe(2);
  const [before, after] = restores();
  expect(after).toMatchObject({ snapshot: first, include: before?.include });
});
