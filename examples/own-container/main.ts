// node dist/main.js REPOSITORY PASSWORD_FILE SOURCE…
import { resolve } from 'node:path';
import { definePlugin, TOKENS } from '@umbracore/contracts';
import { BackupCoordinator, BackupJob, defineRepository } from '@umbracore/coordinator-core';
import { fileSecrets } from '@umbracore/integrations';
import { resticPlugin } from '@umbracore/restic-adapter';
import { bindNightly, Nightly, ownContainer } from './compose.ts';

const [location, passwordFile, ...sources] = process.argv.slice(2).map((path) => resolve(path));
if (location === undefined || passwordFile === undefined || sources.length === 0) {
  throw new Error('Name a repository, the file of its password, and what is to be saved.');
}
const passwords = definePlugin({ name: 'passwords', register: (host) => host.addSecretProvider(fileSecrets()) });
const container = await ownContainer({ folder: resolve('own'), plugins: [resticPlugin, passwords] });
bindNightly(container);

const repository = defineRepository({
  name: 'kept',
  location,
  password: { scheme: 'file', target: passwordFile },
});
const repositories = container.get(TOKENS.Repositories);
const { state } = await repositories.health(repository);
if (state === 'absent') await repositories.create(repository);
const coordinator = container.get(BackupCoordinator);
await coordinator.registerBackupJob(new BackupJob({ id: 'notes', sources, repository }));
for (const line of await container.get(Nightly).run()) console.log(line);
await coordinator[Symbol.asyncDispose]();
await container.get(TOKENS.StateStore)[Symbol.asyncDispose]();
