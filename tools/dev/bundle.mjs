import { existsSync, globSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { binary, mustRun, root, runNode, say } from './process.mjs';

const app = join(root, 'apps', 'cli');
const dist = join(app, 'dist');
export const umbra = join(dist, 'umbra.js');
const shim = join(dist, 'shim.js');

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;

/** Folders count too: removing a file changes nothing but the folder it was in. */
function sourcesChangedAt() {
  const sources = globSync(['{apps,packages}/*/package.json', '{apps,packages}/*/src', '{apps,packages}/*/src/**'], {
    cwd: root,
    exclude: (name) => name.endsWith('.test.ts') || name.endsWith('.md'),
  });
  const settings = [
    'apps/cli/tsup.config.ts',
    'tools/tsup.package.ts',
    'tools/notices/bundled.mjs',
    'package-lock.json',
  ];
  return Math.max(...[...sources, ...settings].map((path) => changedAt(join(root, path))));
}

const isStale = () => Math.min(changedAt(umbra), changedAt(shim)) < sourcesChangedAt();

/** Bundles `umbra` straight from the workspace's sources, without building any package first. */
export async function buildCli() {
  if (!isStale()) return umbra;
  await withLock('bundle', async () => {
    if (!isStale()) return;
    say('Bundling umbra');
    const startedAt = new Date();
    const tsup = runNode([binary('tsup/dist/cli-default.js'), '--silent'], { cwd: app, stdio: ['ignore', 2, 2] });
    await mustRun('Bundling umbra', tsup).catch((error) => {
      // Some of its files may be there, and new: the next call must not take them for all.
      if (existsSync(umbra)) utimesSync(umbra, 0, 0);
      throw error;
    });
    removeOlderThan(startedAt);
    // As old as the sources it was read from, so that one saved meanwhile makes it stale.
    for (const program of [umbra, shim]) utimesSync(program, startedAt, startedAt);
  });
  return umbra;
}

// Chunks of earlier bundles go only when the new ones are in place: another umbra may be running.
function removeOlderThan(instant) {
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
    if (changedAt(join(dist, name)) < instant.getTime() - 1000) rmSync(join(dist, name), { force: true });
  }
}
