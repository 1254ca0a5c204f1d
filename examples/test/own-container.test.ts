import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKENS } from '@umbracore/contracts';
import { BackupCoordinator } from '@umbracore/coordinator-core';
import { BackupJob, defineRepository } from '@umbracore/runtime';
import { afterAll, expect, test } from 'vitest';
import copy from '../copy-backend/copy.ts';
import { backUp } from '../library/back-up.ts';
import { bindNightly, Nightly, ownContainer } from '../own-container/compose.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-examples-')));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'a.txt'), 'alpha');

test('a container of somebody else runs a backup with a plug-in', async () => {
  const container = await ownContainer({ folder, plugins: [copy] });
  bindNightly(container);
  const repository = defineRepository({ name: 'kept', location: join(folder, 'kept'), backend: 'copy' });
  const repositories = container.get(TOKENS.Repositories);
  await repositories.create(repository);
  const coordinator = container.get(BackupCoordinator);
  await coordinator.registerBackupJob(new BackupJob({ id: 'notes', sources: [join(folder, 'a.txt')], repository }));
  expect(await container.get(Nightly).run()).toEqual(['notes: succeeded']);
  const backend = await repositories.backend(repository);
  expect(await backend.snapshots()).toMatchObject([{ paths: [join(folder, 'a.txt')] }]);
  await coordinator[Symbol.asyncDispose]();
  await container.get(TOKENS.StateStore)[Symbol.asyncDispose]();
});

test('a library runs one without a container', async () => {
  const percentages: (number | undefined)[] = [];
  const request = {
    sources: [join(folder, 'a.txt')],
    location: join(folder, 'more'),
    backend: 'copy',
    plugins: [copy],
  };
  const onProgress = (percentage: number | undefined): void => void percentages.push(percentage);
  expect(await backUp({ ...request, stateDir: join(folder, 'library'), onProgress })).toMatch(
    /^succeeded [0-9a-f]{32}$/,
  );
  expect(percentages.at(-1)).toBe(100);
});
