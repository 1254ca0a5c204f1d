import { statSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { mustRun, root, runNpm, say } from './process.mjs';

const changedAt = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;

// npm writes this file at the end of every installation.
const upToDate = () => changedAt('node_modules/.package-lock.json') >= changedAt('package-lock.json');

/** `npm ci`, unless what is installed is as new as the lockfile. */
export async function installDependencies() {
  if (upToDate()) return;
  await withLock('install', async () => {
    if (upToDate()) return;
    say('Installing dependencies (npm ci)');
    await mustRun('npm ci', runNpm(['ci', '--loglevel=error']));
  });
}
