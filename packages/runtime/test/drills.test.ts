import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DrillReport, JobDefinition } from '@umbracore/contracts';
import { defineRepository, type BackupRun } from '@umbracore/coordinator-core';
import { aCopyJob, aDrillJob, aJob } from '@umbracore/testkit';
import { killedWhen } from './killed.ts';
import { openRuntime, type Runtime } from '../src/index.ts';
import { flipped, overwrite } from '../../../tools/faults/injectors/harms.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

// With 0.18.0, which differs from 0.19.1 in little, the adapter keeps its contract too.
const versions = ['0.14.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

describe.each(versions)('drills with restic $version', ({ version, program }) => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-drills-'));
  const path = (...names: readonly string[]) => join(folder, ...names);
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, XDG_CACHE_HOME: path('cache') };
  const repository = defineRepository({
    name: 'main',
    location: path('main'),
    password: { scheme: 'file', target: path('password') },
  });
  let umbra: Runtime;

  async function run(job: JobDefinition): Promise<BackupRun> {
    await umbra.coordinator.registerBackupJob(job, [repository]);
    return await umbra.coordinator.runBackupJob(job.id, { retry: false });
  }

  async function drill(
    change: Parameters<typeof aDrillJob>[0] = {},
  ): Promise<BackupRun & { readonly drilled: DrillReport | undefined }> {
    const ended = await run(aDrillJob({ files: 30, maxBytes: 10_000_000, ...change }));
    expect(readdirSync(umbra.paths.scratchDir)).toEqual([]);
    return Object.assign(ended, { drilled: ended.report?.kind === 'drill' ? ended.report : undefined });
  }

  const packs = (): readonly string[] =>
    readdirSync(path('main', 'data'), { recursive: true, encoding: 'utf8' })
      .map((name) => path('main', 'data', name))
      .filter((file) => statSync(file).isFile() && statSync(file).size > 50_000);

  beforeAll(async () => {
    writeFileSync(path('password'), 'correct horse', { mode: 0o600 });
    makeRepository(path('sound'), 'correct horse');
    cpSync(path('sound'), path('main'), { recursive: true });
    const at = (name: string) => path('documents', name);
    mkdirSync(at('deep'), { recursive: true });
    for (let file = 0; file < 12; file += 1) writeFileSync(at(`deep/${file}`), randomBytes(20_000 + file));
    for (const name of ['star*', '[a-z]?', 'new\nline', ' space ', 'back\\slash', '$HOME', 'größe']) {
      writeFileSync(at(name), `content of ${name}`);
    }
    writeFileSync(Buffer.concat([Buffer.from(at('odd')), Buffer.from([0xff])]), 'odd');
    writeFileSync(at('empty'), '');
    writeFileSync(at('sparse'), '');
    truncateSync(at('sparse'), 2_000_000);
    linkSync(at('deep/0'), at('hard link'));
    symlinkSync('deep/0', at('link'));
    execFileSync('mkfifo', [at('pipe')]);
    writeFileSync(at('nobody may'), 'read this', { mode: 0 });
    umbra = await openRuntime({
      stateDir: path('state'),
      home: folder,
      env: { ...env, UMBRA_RESTIC: program },
      logLevel: 'silent',
    });
    const { error } = await run(aJob({ sources: [{ path: path('documents'), required: true }] }));
    if (error !== undefined) throw new Error(error.message);
    rmSync(path('sound'), { recursive: true });
    cpSync(path('main'), path('sound'), { recursive: true });
  });
  afterAll(async () => {
    await umbra[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    rmSync(path('main'), { recursive: true, force: true });
    cpSync(path('sound'), path('main'), { recursive: true });
    for (const file of packs()) chmodSync(file, 0o600);
    rmSync(path('cache'), { recursive: true, force: true });
  });

  it('proves every sort of file, by its source or by its hashes', async () => {
    const { outcome, drilled } = await drill({ canaries: [path('documents', 'new\nline')] });
    expect({ outcome, drilled }).toMatchObject({
      outcome: 'succeeded',
      drilled: { notCompared: 0, byHash: 0, failureCount: 0, leftOut: { oddNames: 1, tooLarge: 0 } },
    });
    // Whoever may not read a file does not save it either.
    expect(drilled?.files).toBe(process.getuid?.() === 0 ? 23 : 22);
    for (const name of readdirSync(path('documents', 'deep'))) writeFileSync(path('documents', 'deep', name), 'new');
    const later = await drill();
    expect(later).toMatchObject({ outcome: 'succeeded', drilled: { byHash: 13, changed: 13, failureCount: 0 } });
    expect(later.drilled?.snapshots).toMatchObject([{ proven: later.drilled?.files }]);
  });

  it('finds a flipped byte', async () => {
    for (const file of packs()) {
      overwrite(file, (content) => flipped(content, Math.floor(content.length / 3)));
    }
    const { outcome, error, drilled } = await drill();
    expect({ outcome, error, drilled }).toMatchObject({
      outcome: 'failed',
      error: { code: 'verify.damage', exitCode: 20 },
      drilled: {
        failures: expect.arrayContaining([
          expect.objectContaining({ path: expect.stringContaining(path('documents')) }),
        ]),
      },
    });
    expect(drilled?.failureCount).toBeLessThan(drilled?.files ?? 0);
  });

  if (version !== '0.19.1') return;

  it.each<[string, () => void, string]>([
    ['a lost pack', () => packs().forEach((file) => rmSync(file)), 'verify.damage'],
    ['a pack that was cut off', () => packs().forEach((file) => truncateSync(file, 30_000)), 'verify.damage'],
    ['a missing index', () => rmSync(path('main', 'index'), { recursive: true }), 'repository.damaged'],
    ['a repository that is gone', () => rmSync(path('main'), { recursive: true }), 'repository.absent'],
    ['lost keys', () => rmSync(path('main', 'keys'), { recursive: true }), 'repository.wrong-password'],
  ])('finds %s', async (_, damage, code) => {
    damage();
    expect(await drill()).toMatchObject({ outcome: 'failed', error: { code } });
  });

  it('finds that the password is another one now', async () => {
    writeFileSync(path('password'), 'battery staple');
    expect(await drill()).toMatchObject({ outcome: 'failed', error: { code: 'repository.wrong-password' } });
    writeFileSync(path('password'), 'correct horse');
  });

  it('removes what a killed drill had restored', async () => {
    const env_ = { ...env, UMBRA_RESTIC: program };
    const job = {
      ...aDrillJob({ files: 30, maxBytes: 10_000_000 }),
      id: 'slow',
      limits: { downloadBytesPerSecond: 40_000 },
    };
    const inScratch = () => readdirSync(umbra.paths.scratchDir);
    const asked = { stateDir: path('state'), home: folder, env: env_, job, repositories: [repository] };
    await killedWhen(asked, () => inScratch().some((name) => existsSync(join(umbra.paths.scratchDir, name, '1'))));
    expect(inScratch()).toEqual([expect.stringMatching(/^drill-r-/)]);
    await umbra.coordinator.registerBackupJob({ ...job, limits: {} }, [repository]);
    const [left] = await umbra.store.runs({ job: 'slow' });
    await umbra.coordinator.cancel(left?.id ?? '');
    expect(inScratch()).toEqual([]);
    // As after a process that died just as the run had ended.
    mkdirSync(join(umbra.paths.scratchDir, `drill-${left?.id}`));
    await umbra.coordinator.recover();
    await vi.waitFor(() => expect(inScratch()).toEqual([]));
    expect(await umbra.store.runs({ job: 'slow' })).toMatchObject([{ state: 'cancelled' }]);
  });

  it('is calm about a sound repository, drill after drill, also where hashes cannot be read', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      writeFileSync(path('documents', 'deep', `${turn}`), `turn ${turn}`);
      const { outcome, drilled } = await drill({ files: 6, jobs: ['documents'] });
      expect({ turn, outcome, failures: drilled?.failures }).toEqual({ turn, outcome: 'succeeded', failures: [] });
    }
    await umbra[Symbol.asyncDispose]();
    const more = { UMBRA_RESTIC: program, UMBRA_NATIVE: 'off' };
    umbra = await openRuntime({ stateDir: path('state'), home: folder, env: { ...env, ...more }, logLevel: 'silent' });
    const { outcome, drilled } = await drill({ files: 30 });
    expect({ outcome, drilled }).toMatchObject({
      outcome: 'succeeded',
      drilled: { byHash: 0, notCompared: 13, failures: [] },
    });

    makeRepository(path('offsite'), 'correct horse');
    const offsite = { ...repository, name: 'offsite', location: path('offsite') };
    const mirror = aCopyJob({ id: 'mirror', from: 'main', repositories: ['offsite'] });
    await umbra.coordinator.registerBackupJob(mirror, [repository, offsite]);
    expect((await umbra.coordinator.runBackupJob('mirror')).outcome).toBe('succeeded');
    const second = await drill({ files: 30 });
    expect({ outcome: second.outcome, drilled: second.drilled }).toMatchObject({
      outcome: 'succeeded',
      drilled: {
        byCopy: 13,
        notCompared: 0,
        changed: 13,
        copies: [{ repository: 'offsite', files: 13, reason: 'it has the copies, on this machine' }],
      },
    });
    rmSync(path('offsite'), { recursive: true });
    expect((await drill({ files: 30 })).drilled).toMatchObject({ notCompared: 13, failures: [] });
  });
});
