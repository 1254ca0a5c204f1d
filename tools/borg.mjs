// borg from the distribution's archive, for tests: with the Python of the same suite, whatever this machine has.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchDebianTree, unpackedAt } from './debian.mjs';

const PACKAGE = 'borgbackup';

/** The program in an unpacked suite, whether it is there or not. */
export const borgAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'borg');

export const fetchBorg = (suite) => fetchDebianTree(PACKAGE, suite, makeRunnable);

/** A program at the top of the folder. It finds everything from where it lies, and becomes Python without leaving a shell behind. */
function makeRunnable(folder) {
  const python = readdirSync(join(folder, 'usr/bin')).find((name) => /^python3\.\d+$/.test(name));
  const libraries = ['usr/lib', 'lib'].flatMap((place) =>
    foldersIn(join(folder, place))
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `$here/${place}/${name}`),
  );
  const script = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export PYTHONHOME="$here/usr" PYTHONPATH="$here/usr/lib/python3/dist-packages" PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1
# Of a build that others have tested, it would be a third of all the work.
export BORG_SELFTEST=disabled
export LD_LIBRARY_PATH="${libraries.join(':')}"
exec "$here/usr/bin/${python}" -s -m borg "$@"
`;
  writeFileSync(join(folder, 'borg'), script);
  chmodSync(join(folder, 'borg'), 0o755);
  // As its packages do when they are installed: without it every start compiles everything anew.
  const env = {
    ...process.env,
    PYTHONHOME: join(folder, 'usr'),
    LD_LIBRARY_PATH: libraries.join(':').replaceAll('$here', folder),
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
