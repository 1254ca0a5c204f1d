import { aCommandJob } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { BackupCoordinator } from '../src/index.ts';
import { World } from './world.ts';

test('a command can be cancelled while what it needs does not come', async () => {
  await using world = await World.create();
  const { ports } = world.boot();
  const never = new Promise<never>(() => {});
  await using coordinator = new BackupCoordinator({ ...ports, secrets: { resolve: () => never } });
  await coordinator.registerBackupJob(aCommandJob({ env: { TOKEN: { scheme: 'vault', target: 'token' } } }));
  const started = new Promise<void>((resolve) => void coordinator.on('run.started', () => resolve()));
  const handle = coordinator.runBackupJob('command');
  await started;
  handle.cancel('enough');
  expect(await handle).toMatchObject({ outcome: 'cancelled', error: { code: 'run.cancelled' } });
});
