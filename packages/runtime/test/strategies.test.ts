import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackupJobDefinition, BackupReport, Snapshot } from '@umbracore/contracts';
import type { BackupRun, RunRequest } from '@umbracore/coordinator-core';
import { aJob } from '@umbracore/testkit';
import { defineRepository, openRuntime, type Runtime } from '../src/index.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

const password = 'correct horse';

// With 0.18.0, which differs from 0.19.1 in little, the adapter keeps its contract too.
const versions = ['0.14.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

function reportOf({ report }: Pick<BackupRun, 'report'>): BackupReport {
  if (report?.kind !== 'backup') throw new Error('no backup');
  return report;
}

describe.each(versions)('strategies with restic $version', ({ version, program }) => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-strategies-'));
  // restic saves the folders above a source too: these are ones that nobody else changes.
  const quiet = mkdtempSync(join(import.meta.dirname, '../../../.cache/quiet-'));
  const sources = ['one', 'two'].map((name) => ({ path: join(quiet, 'top', name), required: true }));
  const [one, two] = sources.map(({ path }) => path);
  const repository = defineRepository({
    name: 'main',
    location: join(folder, 'main'),
    password: `file:${join(folder, 'password')}` as `file:/${string}`,
  });
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), UMBRA_RESTIC: program };
  const isNewest = version === '0.19.1';
  let umbra: Runtime;

  beforeAll(async () => {
    makeRepository(join(folder, 'main'), password);
    writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
    for (const { path } of sources) mkdirSync(path, { recursive: true });
    for (const name of ['a', 'b', 'c']) write(one, name, 20_000);
    write(two, 'd', 5000);
    umbra = await openRuntime({ stateDir: join(folder, 'state'), home: folder, env, logLevel: 'silent' });
  });
  afterAll(async () => {
    await umbra[Symbol.asyncDispose]();
    for (const each of [folder, quiet]) rmSync(each, { recursive: true, force: true });
  });

  const write = (place = '', name: string, bytes: number): void => writeFileSync(join(place, name), randomBytes(bytes));

  async function run(change: Partial<BackupJobDefinition>, request: RunRequest = {}): Promise<BackupRun> {
    const job = aJob({ sources: sources.slice(0, 1), ...change });
    await umbra.coordinator.registerBackupJob(job, [repository]);
    return await umbra.coordinator.runBackupJob(job.id, request);
  }

  const snapshots = async (): Promise<readonly Snapshot[]> =>
    await (await umbra.repositories.backend(repository)).snapshots();

  const restic = (...args: readonly string[]): string =>
    execFileSync(program, ['-r', repository.location, '--no-cache', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], RESTIC_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  /** The oldest files change and go, new ones come. */
  function edit(added: number, changed: number, removed: number): void {
    const names = readdirSync(one ?? '').toSorted();
    for (const name of names.slice(0, removed)) rmSync(join(one ?? '', name));
    for (const name of names.slice(removed, removed + changed)) write(one, name, 4000);
    for (let number = 0; number < added; number += 1) write(one, `z${randomBytes(4).toString('hex')}`, 1000);
  }

  function toldByDiff(from: string, to: string) {
    const lines = restic('diff', '--json', from, to).split('\n');
    const { added, removed, changed_files } = JSON.parse(lines.find((line) => line.includes('"statistics"')) ?? '') as {
      readonly [side in 'added' | 'removed']: { readonly files: number; readonly bytes: number };
    } & { readonly changed_files: number };
    return {
      filesAdded: added.files,
      filesRemoved: removed.files,
      filesChanged: changed_files,
      bytesAdded: added.bytes,
      bytesRemoved: removed.bytes,
    };
  }

  it.runIf(isNewest)('goes by the job, so that other sources cost no more than what is new in them', async () => {
    const first = await run({});
    const second = await run({ sources });
    expect(first.stats).toMatchObject({ filesNew: 3 });
    expect(second.stats).toMatchObject({ filesNew: 1, filesUnmodified: 3 });
    expect((await snapshots()).at(-1)?.parent).toBe(first.snapshotId);
    const third = await run({ sources }, { strategy: 'full' });
    expect(third.stats).toMatchObject({ filesNew: 4, filesUnmodified: 0 });
    expect(reportOf(third)).toMatchObject({ strategy: 'full', parent: null });
    // restic reads all others to choose a parent, and stops at one that is damaged.
    const stranger = join(folder, 'main', 'snapshots', '0'.repeat(64));
    writeFileSync(stranger, 'damaged');
    expect(await run({ sources })).toMatchObject({ outcome: 'succeeded', stats: { filesUnmodified: 4 } });
    rmSync(stranger);
  });

  it('does without a snapshot that has gone', async () => {
    await run({ sources });
    const ids = (await snapshots()).map(({ id }) => id);
    await (await umbra.repositories.backend(repository)).forget(ids);
    const next = await run({ sources });
    expect(next).toMatchObject({ outcome: 'succeeded', attempts: 1, report: { parent: null } });
    expect(next.stats).toMatchObject({ filesNew: 4, bytesAdded: 0 });
  });

  it('saves nothing twice, also where only the folders above the sources changed', async () => {
    const job = { id: 'still', skipIfUnchanged: true } as const;
    const first = await run(job);
    const again = await run(job);
    expect({ outcome: again.outcome, since: reportOf(again).unchangedSince }).toEqual({
      outcome: 'succeeded',
      since: first.id,
    });
    const count = (await snapshots()).length;
    write(join(quiet, 'top'), 'beside', 10);
    const beside = await run(job);
    expect([beside.snapshotId, beside.outcome, (await snapshots()).length]).toEqual([
      first.snapshotId,
      'succeeded',
      count,
    ]);
    expect(reportOf(await run({ ...job, sources })).unchangedSince).toBeNull();
    expect(reportOf(await run(job)).unchangedSince).toBeNull();
    write(one, 'e', 100);
    expect(reportOf(await run(job)).unchangedSince).toBeNull();
    rmSync(join(one ?? '', 'e'));
    expect(reportOf(await run(job)).unchangedSince).toBeNull();
  });

  it.runIf(isNewest)('compares with the base, and tells what restic tells', async () => {
    const job = { id: 'slow', strategy: 'differential', base: { afterRuns: 2 } } as const;
    const runs = [await run(job)];
    for (const name of ['f', 'g', 'h']) {
      write(one, name, 3000);
      runs.push(await run(job));
    }
    const [base, near, far, next] = runs.map((each) => ({
      ...reportOf(each),
      id: each.snapshotId ?? '',
      stats: each.stats,
    }));
    expect([base, near, far, next].map((each) => each?.base?.number)).toEqual([0, 1, 2, 0]);
    expect(near?.stats).toMatchObject({ filesNew: 1, bytesAdded: near?.sinceBase?.bytesAdded });
    expect(far?.stats).toMatchObject({ filesNew: 2 });
    expect(next?.stats).toMatchObject({ filesUnmodified: 0 });
    expect(far?.sinceBase).toEqual(toldByDiff(base?.id ?? '', far?.id ?? ''));
    expect(far?.sinceLast).toMatchObject({ filesAdded: 1, bytesAdded: far?.stats?.bytesAdded });
  });

  it.runIf(isNewest)('adds what diff tells, whatever is edited, and nothing when nothing is', async () => {
    const job = { id: 'wild', strategy: 'differential', base: {}, shrinkLimit: 0 } as const;
    const { snapshotId: base = '' } = await run(job);
    for (const [added, changed, removed] of [
      [3, 0, 0],
      [0, 2, 1],
      [2, 1, 2],
    ] as const) {
      edit(added, changed, removed);
      const { stats, snapshotId = '', ...rest } = await run(job);
      const { sinceBase, sinceLast } = reportOf(rest);
      expect(sinceBase).toEqual(toldByDiff(base, snapshotId));
      expect(sinceLast).toMatchObject({ filesAdded: added, filesChanged: changed, filesRemoved: removed });
      expect(stats).toMatchObject({
        filesNew: sinceBase?.filesAdded,
        filesChanged: sinceBase?.filesChanged,
        bytesAdded: sinceLast?.bytesAdded,
      });
    }
    const nothing = { filesAdded: 0, filesChanged: 0, filesRemoved: 0, bytesAdded: 0, bytesRemoved: 0 };
    const still = await run(job);
    expect(still).toMatchObject({ stats: { bytesAdded: 0 }, report: { sinceLast: nothing } });
  });
});
