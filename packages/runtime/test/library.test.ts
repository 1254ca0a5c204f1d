import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { BackupJob, defineRepository, openRuntime, RetryStrategy } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('backs up, tells progress, keeps history and restores in a few lines', async () => {
  const documents = join(folder, 'documents');
  mkdirSync(documents);
  writeFileSync(join(documents, 'letter.txt'), 'Dear reader');
  writeFileSync(join(folder, 'password'), 'correct horse battery staple', { mode: 0o600 });

  await using umbra = await openRuntime({
    stateDir: join(folder, 'state'),
    env: {
      ...process.env,
      XDG_CACHE_HOME: join(folder, 'cache'),
      UMBRA_RESTIC: process.env['UMBRA_TEST_RESTIC_0_19_1'],
    },
  });
  const { coordinator, repositories } = umbra;
  const home = defineRepository({
    name: 'home',
    location: join(folder, 'repository'),
    password: { scheme: 'file', target: join(folder, 'password') },
  });
  await repositories.create(home);
  const job = new BackupJob({
    sources: [documents],
    repository: home,
    schedule: {
      frequency: 'daily',
      preferredTime: '02:00',
      retryStrategy: RetryStrategy.exponentialBackoff({ maxAttempts: 3 }),
    },
    tags: ['documents', 'important'],
  });
  await coordinator.registerBackupJob(job);
  const percentages: (number | undefined)[] = [];
  coordinator.progressHandler = ({ percentage }) => percentages.push(percentage);

  const run = await coordinator.runBackupJob(job.id, { compressionLevel: 6, verifyAfterCompletion: true });
  expect(run).toMatchObject({ outcome: 'succeeded', attempts: 1, jobId: 'documents' });
  expect(percentages.at(-1)).toBe(100);
  expect(await coordinator.getBackupHistory({ forRepository: home, limit: 10 })).toMatchObject([{ id: run.id }]);

  const phases: string[] = [];
  for await (const { phase } of coordinator.runBackupJob(job.id)) phases.push(phase);
  expect(phases.length).toBeGreaterThan(0);

  const backend = await repositories.backend(home);
  const target = join(folder, 'restored');
  const spec = { target, include: [], exclude: [], overwrite: 'always', verify: true } as const;
  await backend.restore({ ...spec, snapshot: run.snapshotId ?? '' });
  expect(readFileSync(join(target, documents, 'letter.txt'), 'utf8')).toBe('Dear reader');
});
