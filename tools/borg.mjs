// borg, and borgmatic which drives it, from the distribution's archive, for tests and benches: with the Python of the same suite,
// whatever this machine has.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDebianTree, unpackedAt } from './debian.mjs';
import { librariesOf, writeLauncher } from './launchers.mjs';

const PACKAGE = 'borgbackup';

/** The program in an unpacked suite, whether it is there or not. */
export const borgAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'light-borg');

export async function fetchBorg(suite) {
  const folder = await fetchDebianTree(PACKAGE, suite, { finish: compile });
  if (!existsSync(borgAt(suite))) makeLight(folder);
  return folder;
}

/** Gives the folder in which `borgmatic` and its own `borg` are, both as they are installed. */
export const fetchBorgmatic = (suite) =>
  fetchDebianTree('borgmatic', suite, {
    finish(folder) {
      compile(folder);
      makeRunnable(folder, 'borg', '-m borg');
      makeRunnable(folder, 'borgmatic', "-c 'from borgmatic.commands.borgmatic import main; main()'");
    },
  });

/** One for tests, with what makes each start dear left out. */
function makeLight(folder) {
  copyFileSync(fileURLToPath(new URL('testing/light-borg.py', import.meta.url)), join(folder, 'light-borg.py'));
  makeRunnable(folder, 'light-borg', '-S "$here/light-borg.py"');
}

/** A program at the top of the folder. */
const makeRunnable = (folder, name, start) =>
  writeLauncher(folder, name, `"$here/usr/bin/${pythonOf(folder)}" ${start}`, [
    'PYTHONHOME="$here/usr"',
    'PYTHONPATH="$here/usr/lib/python3/dist-packages"',
    'PYTHONDONTWRITEBYTECODE=1',
  ]);

const pythonOf = (folder) => readdirSync(join(folder, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));

/** As its packages do when they are installed: without it every start compiles everything anew. */
function compile(folder) {
  const python = pythonOf(folder);
  const env = {
    ...process.env,
    PYTHONHOME: join(folder, 'usr'),
    LD_LIBRARY_PATH: librariesOf(folder)
      .map((path) => join(folder, path))
      .join(':'),
  };
  const places = ['usr/lib/python3', `usr/lib/${python}`].map((place) => join(folder, place));
  spawnSync(join(folder, 'usr/bin', python), ['-m', 'compileall', '-q', '-j', '1', ...places], {
    stdio: 'ignore',
    env,
  });
}
