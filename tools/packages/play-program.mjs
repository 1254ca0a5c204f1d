import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { patienceMs } from './patience.mjs';

/** What the README of the project shows first: a repository, a backup, how it stands, a restore, with `umbra` as it is installed. */
export function playProgram({ folder, world, restic, node }) {
  const umbra = join(folder, 'node_modules/@umbracore/cli/dist/umbra.js');
  const home = join(world, 'home/me');
  const env = { PATH: process.env.PATH, HOME: home, UMBRA_RESTIC: restic, NO_COLOR: '1', CI: '1' };
  const calls = [
    [['--version'], /\d+\.\d+\.\d+/],
    [['init', join(world, 'kept'), '--source', join(home, 'Documents'), '--yes'], /snapshot [0-9a-f]{8}/],
    [['run', 'kept'], /snapshot [0-9a-f]{8}/],
    [['status'], /kept/],
    [['restore', 'kept@latest', '--to', join(world, 'back'), '--yes'], /restored/],
    [['help', 'repository.locked'], /Exit code 11/],
    [['plugin', 'new', 'tape'], /working backend/],
    [['plugin', 'check', './tape/tape.ts'], /0 failed|all .*hold|passed/],
  ];
  for (const [args, expected] of calls) {
    const options = { cwd: home, env, encoding: 'utf8', timeout: patienceMs };
    const { status, error, stdout, stderr } = spawnSync(node, [umbra, ...args], options);
    if (status !== 0 || !expected.test(stdout)) {
      return `umbra ${args.join(' ')} ends with ${error?.message ?? status}:\n${stdout}${stderr}`;
    }
  }
  return undefined;
}
