// Python in a folder with unpacked packages.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { namesIn, writeLauncher } from './launchers.mjs';

/** A script at `place` that starts the folder's own Python. It writes nothing there, unless it `compiles` what it imports first. */
export const writePythonLauncher = (folder, place, args, { compiles = false } = {}) =>
  writeLauncher(folder, place, `usr/bin/${pythonOf(folder)}`, {
    args,
    env: {
      PYTHONHOME: '$here/usr',
      PYTHONPATH: '$here/usr/lib/python3/dist-packages',
      PYTHONDONTWRITEBYTECODE: compiles ? '' : '1',
    },
  });

/** As packages do when they are installed: without it every start compiles everything anew. */
export function compilePython(folder) {
  const place = 'tools/compile';
  writeLauncher(folder, place, `usr/bin/${pythonOf(folder)}`, {
    args: '-m compileall',
    env: { PYTHONHOME: '$here/usr' },
  });
  const sources = ['usr/lib/python3', `usr/lib/${pythonOf(folder)}`].map((each) => join(folder, each));
  spawnSync(join(folder, place), ['-q', '-j', '1', ...sources], { stdio: 'ignore' });
}

const pythonOf = (folder) => namesIn(join(folder, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));
