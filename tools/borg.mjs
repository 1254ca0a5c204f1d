// borg, and borgmatic which drives it, from the distribution's archive, for tests and benches: with the Python of the same suite,
// whatever this machine has.
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDebianTree, unpackedAt } from './debian.mjs';
import { compilePython, writePythonLauncher } from './python.mjs';

const PACKAGE = 'borgbackup';

/** The program in an unpacked suite, whether it is there or not. */
export const borgAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'light-borg');

export async function fetchBorg(suite) {
  const folder = await fetchDebianTree(PACKAGE, suite, { finish: compilePython });
  if (!existsSync(borgAt(suite))) makeLight(folder);
  return folder;
}

/** Gives the folder in which `borgmatic` and its own `borg` are, both as they are installed. */
export const fetchBorgmatic = (suite) =>
  fetchDebianTree('borgmatic', suite, {
    finish(folder) {
      compilePython(folder);
      writePythonLauncher(folder, 'borg', '-m borg');
      writePythonLauncher(folder, 'borgmatic', "-c 'from borgmatic.commands.borgmatic import main; main()'");
    },
  });

/** One for tests, with what makes each start dear left out. */
function makeLight(folder) {
  copyFileSync(fileURLToPath(new URL('testing/light-borg.py', import.meta.url)), join(folder, 'light-borg.py'));
  writePythonLauncher(folder, 'light-borg', '-S "$here/light-borg.py"');
}
