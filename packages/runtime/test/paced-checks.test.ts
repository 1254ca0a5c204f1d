import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineRepository, type BackupRun } from '@umbracore/coordinator-core';
import { aCheckJob, aJob, backendCases, runCases, type BackendSubject } from '@umbracore/testkit';
import { openRuntime, type Runtime } from '../src/index.ts';
import { flipIn } from '../../../tools/faults/injectors/harms.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

const day = 86_400_000;
const program = process.env['UMBRA_TEST_RESTIC_0_19_1'];

describe.skipIf(program === undefined)('a check that reads everything again, with restic 0.19.1', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-paced-'));
  const path = (...names: readonly string[]) => join(folder, ...names);
  const env = { PATH: process.env['PATH'], HOME: folder, XDG_CACHE_HOME: path('cache'), UMBRA_RESTIC: program };
  const options = { stateDir: path('state'), home: folder, env, logLevel: 'silent' };
  const repository = defineRepository({
    name: 'main',
    location: path('main'),
    password: { scheme: 'file', target: path('password') },
  });
  const readAll = { withinMs: 30 * day, bytesPerDay: 1024 ** 3, engineEveryMs: 7 * day };
  const check = aCheckJob({ readAll });
  const made: BackupRun[] = [];
  let umbra: Runtime;

  const filesIn = (kind: string): readonly string[] =>
    readdirSync(path('main', kind), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  const run = async (job: string): Promise<BackupRun> => await umbra.coordinator.runBackupJob(job);

  beforeAll(async () => {
    mkdirSync(path('documents'));
    writeFileSync(path('password'), 'correct horse', { mode: 0o600 });
    makeRepository(path('main'), 'correct horse');
    umbra = await openRuntime(options);
    const backup = aJob({
      sources: [{ path: path('documents'), required: true }],
      verifyAfterBackup: 'metadata',
      shrinkLimit: 0,
    });
    for (const job of [backup, check]) await umbra.coordinator.registerBackupJob(job, [repository]);
    for (const name of ['a', 'b']) {
      writeFileSync(path('documents', name), randomBytes(50_000));
      made.push(await run(backup.id));
    }
    made.push(await run(check.id));
    cpSync(path('main'), path('whole'), { recursive: true, preserveTimestamps: true });
  });
  afterAll(async () => {
    await umbra[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const harms: Readonly<Record<string, (file: string) => void>> = {
    flipped: (file) => flipIn(file, 20),
    truncated: (file) => (chmodSync(file, 0o600), truncateSync(file, 30)),
    deleted: (file) => rmSync(file),
  };
  const cases = ['data', 'index', 'snapshots', 'keys'].flatMap((kind) =>
    Object.keys(harms)
      // A snapshot that was deleted looks like one that was forgotten: it is a note.
      .filter((harm) => kind !== 'snapshots' || harm !== 'deleted')
      .map((harm) => [kind, harm] as const),
  );

  it('comes from a backend that keeps the contract', async () => {
    const cases = backendCases.filter(({ needs }) => needs?.includes('check-new') === true);
    const definition = { ...repository, name: 'new', location: path('new') };
    const backend = await umbra.repositories.backend(definition);
    const subject: BackendSubject = {
      backend,
      folder: path(),
      slowSource: () => Promise.reject(new Error('nothing here is slow')),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const results = await runCases(cases, { open: () => Promise.resolve(subject) });
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed']);
  });

  it('begins with what was proven after every backup', () => {
    const proven = { verification: { ok: true, check: { coverage: { unreadBytes: 0 } } } };
    expect(made).toMatchObject([proven, proven, { outcome: 'succeeded', report: { sound: true, engine: true } }]);
  });

  it.each(cases)('finds a file of %s that was %s, whichever has its turn', async (kind, harm) => {
    harms[harm]?.(filesIn(kind)[0] ?? '');
    const found = await run(check.id);
    rmSync(path('main'), { recursive: true });
    cpSync(path('whole'), path('main'), { recursive: true, preserveTimestamps: true });
    expect(found).toMatchObject({ outcome: 'failed', error: { exitCode: 20 } });
    expect((await run(check.id)).outcome).toBe('succeeded');
  });

  it('notes a snapshot that is gone and was not told of', async () => {
    rmSync(filesIn('snapshots')[0] ?? '');
    const { outcome, report } = await run(check.id);
    expect({ outcome, report }).toMatchObject({
      outcome: 'succeeded',
      report: { check: { notes: [expect.stringMatching(/^Forgotten by others .* or lost: snapshot /)] } },
    });
  });
});
