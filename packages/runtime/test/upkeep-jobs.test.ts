import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobTag, runTag, type JobDefinition, type Snapshot } from '@umbracore/contracts';
import { defineRepository, type BackupRun } from '@umbracore/coordinator-core';
import { aCheckJob, aCopyJob, aForgetJob, aJob, aPolicy, aPruneJob } from '@umbracore/testkit';
import { openRuntime, type Runtime } from '../src/index.ts';
import { killedWhen } from './killed.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

const versions = ['0.14.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

describe.each(versions)('jobs that keep repositories, with restic $version', ({ program }) => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-upkeep-'));
  const path = (...names: readonly string[]) => join(folder, ...names);
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: path('cache'), UMBRA_RESTIC: program };
  const options = { stateDir: path('state'), home: folder, env, logLevel: 'silent' };
  const repositories = ['main', 'second'].map((name) =>
    defineRepository({ name, location: path(name), password: { scheme: 'file', target: path('password') } }),
  );
  let umbra: Runtime;

  beforeAll(async () => {
    mkdirSync(path('documents'));
    writeFileSync(path('password'), 'correct horse', { mode: 0o600 });
    for (const name of ['main', 'second']) makeRepository(path(name), 'correct horse');
    umbra = await openRuntime(options);
  });
  afterAll(async () => {
    await umbra[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(job: JobDefinition): Promise<BackupRun> {
    await umbra.coordinator.registerBackupJob(job, repositories);
    return await umbra.coordinator.runBackupJob(job.id);
  }

  async function backup(bytes: number): Promise<string> {
    writeFileSync(path('documents', 'letter'), randomBytes(bytes));
    const { snapshotId } = await run(aJob({ sources: [{ path: path('documents'), required: true }], shrinkLimit: 0 }));
    return snapshotId ?? '';
  }

  async function snapshotsIn(place: 0 | 1): Promise<readonly Snapshot[]> {
    const repository = repositories[place];
    if (repository === undefined) throw new Error('there are two repositories');
    return await (await umbra.repositories.backend(repository)).snapshots();
  }

  const idsIn = async (place: 0 | 1): Promise<readonly string[]> => (await snapshotsIn(place)).map(({ id }) => id);
  const copyJob = aCopyJob({ from: 'main', repositories: ['second'] });
  const saved: string[] = [];

  it('copies what the other repository does not have yet, once', async () => {
    for (const bytes of [1_000_000, 300_000]) saved.push(await backup(bytes));
    const first = await run(copyJob);
    const copies = await snapshotsIn(1);
    expect(first).toMatchObject({ outcome: 'succeeded', repository: 'second', attempts: 1 });
    expect(first.report).toMatchObject({ copied: copies.map(({ id }) => id), compared: 2, different: [] });
    expect(copies.map(({ original }) => original)).toEqual(saved);
    const [run1] = (await umbra.store.runs({ job: 'documents' })).toReversed();
    expect(copies[0]?.tags).toEqual(expect.arrayContaining([jobTag('documents'), runTag(run1?.id ?? '')]));

    expect((await run(copyJob)).report).toMatchObject({ copied: [], compared: 2, different: [] });
    saved.push(await backup(200_000));
    const third = await run(copyJob);
    expect(third.report).toMatchObject({ copied: [(await idsIn(1)).at(-1)], compared: 3, different: [] });
    expect((await snapshotsIn(1)).map(({ original }) => original)).toEqual(saved);
  });

  it('forgets what the policy does not name, and nothing the second time', async () => {
    const job = aForgetJob({ policy: aPolicy({ last: 1, minimum: 2 }) });
    const [oldest, ...others] = saved;
    const first = await run(job);
    expect(first).toMatchObject({ outcome: 'succeeded', report: { kind: 'forget', removed: [oldest], kept: 2 } });
    expect(await idsIn(0)).toEqual(others);
    expect((await run(job)).report).toEqual({ kind: 'forget', removed: [], kept: 2 });
    expect(await idsIn(1)).toHaveLength(3);
  });

  it('forgets copies by the job that saved them, and brings none of them again', async () => {
    const tidy = aForgetJob({ id: 'tidy-second', repositories: ['second'], policy: aPolicy({ last: 1 }) });
    const [, , newest] = await idsIn(1);
    expect((await run(tidy)).report).toMatchObject({ removed: { length: 2 }, kept: 1 });
    expect(await idsIn(1)).toEqual([newest]);
    await backup(100_000);
    const { report } = await run(copyJob);
    expect(report).toMatchObject({ copied: { length: 1 }, passedOver: 1, compared: 2, different: [] });
    await run(aForgetJob({ id: 'tidy-second', repositories: ['second'], policy: aPolicy({ last: 9 }) }));
  });

  it('prunes what the forgotten snapshot alone needed', async () => {
    const bytesIn = () =>
      readdirSync(path('main', 'data'), { recursive: true, encoding: 'utf8' })
        .map((name) => statSync(path('main', 'data', name)))
        .filter((stats) => stats.isFile())
        .reduce((sum, { size }) => sum + size, 0);
    const before = bytesIn();
    expect(await run(aPruneJob())).toMatchObject({ outcome: 'succeeded', report: { kind: 'prune' } });
    expect(before - bytesIn()).toBeGreaterThan(900_000);
  });

  it('checks one part of the data after the other, and tells damage', async () => {
    const job = aCheckJob({ readPercent: 50 });
    const parts = [await run(job), await run(job), await run(job)];
    expect(parts.map(({ outcome, report }) => [outcome, report])).toEqual(
      [1, 2, 1].map((part) => [
        'succeeded',
        expect.objectContaining({ sound: true, problems: [], part: { part, of: 2 }, engine: true }),
      ]),
    );
    const packs = readdirSync(path('second', 'data'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      statSync(path('second', 'data', name)).isFile(),
    );
    for (const pack of packs) {
      chmodSync(path('second', 'data', pack), 0o600);
      writeFileSync(path('second', 'data', pack), 'x', { flag: 'r+' });
    }
    const whole = aCheckJob({ id: 'check-second', repositories: ['second'], readPercent: 100 });
    const damaged = await run(whole);
    expect(damaged).toMatchObject({
      outcome: 'failed',
      attempts: 1,
      error: { code: 'repository.damaged', exitCode: 20, message: expect.stringContaining('second is damaged') },
      report: { kind: 'check', sound: false, part: { part: 1, of: 1 } },
    });
  }, 120_000);

  it('keeps all of it in the history', async () => {
    const history = await umbra.coordinator.getBackupHistory({ limit: 20 });
    expect(history.map(({ jobId, repository, outcome }) => `${jobId} ${repository} ${outcome}`).toReversed()).toEqual([
      'documents main succeeded',
      'documents main succeeded',
      'copy second succeeded',
      'copy second succeeded',
      'documents main succeeded',
      'copy second succeeded',
      'forget main succeeded',
      'forget main succeeded',
      'tidy-second second succeeded',
      'documents main succeeded',
      'copy second succeeded',
      'tidy-second second succeeded',
      'prune main succeeded',
      'check main succeeded',
      'check main succeeded',
      'check main succeeded',
      'check-second second failed',
    ]);
    expect(await umbra.store.audit()).toEqual([]);
    expect(readdirSync(umbra.paths.spoolDir)).toEqual([]);
  });

  it('waits for a copy whose coordinator was killed, and then finds that all is there', async () => {
    rmSync(path('second'), { recursive: true, force: true });
    makeRepository(path('second'), 'correct horse');
    await backup(8_000_000);
    const job = { ...copyJob, id: 'slow-copy', limits: { uploadBytesPerSecond: 3_000_000 } };
    const spools = () => readdirSync(umbra.paths.spoolDir);
    const isAtWork = () => spools().some((id) => existsSync(join(umbra.paths.spoolDir, id, '1', 'engine.json')));
    await killedWhen({ ...options, job, repositories }, isAtWork);
    await umbra.coordinator.registerBackupJob(job, repositories);
    expect(await umbra.coordinator.recover()).toMatchObject([
      { action: 'leave', reason: 'its engine is still at work' },
    ]);
    expect(await umbra.coordinator.recover({ wait: true })).toMatchObject([{ action: 'adopt' }]);
    const [run] = await umbra.store.runs({ job: 'slow-copy' });
    expect(run).toMatchObject({
      state: 'succeeded',
      attempts: [{ outcome: 'interrupted' }, { outcome: 'succeeded' }],
      report: { copied: await idsIn(1) },
    });
    expect((await snapshotsIn(1)).map(({ original }) => original)).toEqual(await idsIn(0));
    expect(
      (await umbra.store.steps(run?.id ?? '')).filter(({ kind, stage }) => `${kind} ${stage}` === 'copy intent'),
    ).toHaveLength(1);
  }, 120_000);
});
