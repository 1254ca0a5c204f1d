// borg, and borgmatic which drives it, from the distribution's archive, for tests and benches: with the Python of the same suite,
// whatever this machine has.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchDebianTree, unpackedAt } from './debian.mjs';

const PACKAGE = 'borgbackup';

/** The program in an unpacked suite, whether it is there or not. */
export const borgAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'light-borg');

export async function fetchBorg(suite) {
  const folder = await fetchDebianTree(PACKAGE, suite, compile);
  if (!existsSync(borgAt(suite))) makeLight(folder);
  return folder;
}

/** Gives the folder in which `borgmatic` and its own `borg` are, both as they are installed. */
export const fetchBorgmatic = (suite) =>
  fetchDebianTree('borgmatic', suite, (folder) => {
    compile(folder);
    makeRunnable(folder, 'borg', '-m borg');
    makeRunnable(folder, 'borgmatic', "-c 'from borgmatic.commands.borgmatic import main; main()'");
  });

/** One for tests, with what makes each start dear left out. */
function makeLight(folder) {
  copyFileSync(fileURLToPath(new URL('testing/light-borg.py', import.meta.url)), join(folder, 'light-borg.py'));
  makeRunnable(folder, 'light-borg', '-S "$here/light-borg.py"');
}

/** A program at the top of the folder, started by its path. It finds everything from where it lies, and becomes Python without leaving a shell behind. */
function makeRunnable(folder, name, start) {
  const script = `#!/bin/sh
here="\${0%/*}"
export PYTHONHOME="$here/usr" PYTHONPATH="$here/usr/lib/python3/dist-packages" PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH="${librariesOf(folder).join(':')}"
exec "$here/usr/bin/${pythonOf(folder)}" ${start} "$@"
`;
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
}

const pythonOf = (folder) => readdirSync(join(folder, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));

const librariesOf = (folder) =>
  ['usr/lib', 'lib'].flatMap((place) =>
    foldersIn(join(folder, place))
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `$here/${place}/${name}`),
  );

/** As its packages do when they are installed: without it every start compiles everything anew. */
function compile(folder) {
  const python = pythonOf(folder);
  const env = {
    ...process.env,
    PYTHONHOME: join(folder, 'usr'),
    LD_LIBRARY_PATH: librariesOf(folder).join(':').replaceAll('$here', folder),
  };
  const places = ['usr/lib/python3', `usr/lib/${python}`].map((place) => join(folder, place));
  spawnSync(join(folder, 'usr/bin', python), ['-m', 'compileall', '-q', '-j', '1', ...places], {
    stdio: 'ignore',
    env,
  });
}

function foldersIn(place) {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}
