// Programs of a folder with unpacked packages are started by small scripts that find everything from where they lie.
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folders with libraries below one of unpacked packages, as paths in it. */
export const librariesOf = (folder) =>
  ['usr/lib', 'lib'].flatMap((place) =>
    namesIn(join(folder, place))
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `${place}/${name}`),
  );

/**
 * Writes the script at `place`, which becomes what `start` says, with `$here` for the folder. It is called by its path, and leaves no
 * shell behind.
 */
export function writeLauncher(folder, place, start, environment = []) {
  const up = place
    .split('/')
    .slice(1)
    .map(() => '/..')
    .join('');
  const libraries = librariesOf(folder).map((path) => `$here/${path}`);
  const variables = [...environment, `LD_LIBRARY_PATH="${libraries.join(':')}"`];
  const script = `#!/bin/sh\nhere="\${0%/*}${up}"\nexport ${variables.join(' ')}\nexec ${start} "$@"\n`;
  mkdirSync(dirname(join(folder, place)), { recursive: true });
  writeFileSync(join(folder, place), script);
  chmodSync(join(folder, place), 0o755);
}

/** The names in a folder; none if it is not there. */
export function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
