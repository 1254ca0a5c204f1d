import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { Failure, mustRun, root, runNpm, say } from './process.mjs';

const folder = join(root, 'tools', 'node');

/** Whether a Node version satisfies `engines` of the root package: ^22.18.0 || ^24.11.0 || >=26.0.0. */
export function nodeInRange(version) {
  const [major, minor] = version.split('.').map(Number);
  return (major === 22 && minor >= 18) || (major === 24 && minor >= 11) || major >= 26;
}

/** The Node that this checkout pins, fetched from the package registry when it is not there yet. */
export async function fetchedNode() {
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).optionalDependencies[name];
  if (!version) {
    throw new Failure(
      `Node ${process.versions.node} is too old here, and no newer one is at hand for ${process.platform} ${process.arch}.\n` +
        'Install Node 22.18+, 24.11+ or 26 and run this again.',
    );
  }
  const home = join(folder, 'node_modules', name);
  const node = join(home, 'bin', windows ? 'node.exe' : 'node');
  if (versionIn(home) !== version || !existsSync(node)) {
    await withLock('node', async () => {
      if (versionIn(home) === version && existsSync(node)) return;
      say(`Node ${process.versions.node} is too old for this project: fetching Node ${version} into tools/node (once)`);
      await mustRun('Fetching Node', runNpm(['ci', '--ignore-scripts', '--loglevel=error'], { cwd: folder }));
      if (!existsSync(node)) throw new Failure(`npm did not bring ${name} ${version}: is it on your registry?`);
    });
  }
  return node;
}

function versionIn(home) {
  try {
    return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}
