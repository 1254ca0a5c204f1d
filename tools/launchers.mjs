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
 * Writes the script at `place`, which becomes `program` of the folder. It is called by its path, and leaves no shell behind. `args` come
 * before what it is given; in them and in the values of `env` stands `$here` for the folder.
 */
export function writeLauncher(folder, place, program, { args = '', env = {} } = {}) {
  const up = place
    .split('/')
    .slice(1)
    .map(() => '/..')
    .join('');
  const libraries = librariesOf(folder);
  const path = libraries.map((each) => `$here/${each}`).join(':');
  const loader = libraries.flatMap((each) => loadersIn(folder, each))[0];
  // Through its own loader only this program gets these libraries, and not what it starts: those are for another C library.
  const variables = { ...env, ...(loader === undefined && { LD_LIBRARY_PATH: path }) };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}="${value}"\n`);
  const start = loader === undefined ? '' : `"$here/${loader}" --library-path "${path}" `;
  const script = `#!/bin/sh\nhere="\${0%/*}${up}"\n${exports.join('')}exec ${start}"$here/${program}" ${args} "$@"\n`;
  mkdirSync(dirname(join(folder, place)), { recursive: true });
  writeFileSync(join(folder, place), script);
  chmodSync(join(folder, place), 0o755);
}

/** Of a C library of its own, if it has one. */
const loadersIn = (folder, place) =>
  namesIn(join(folder, place))
    .filter((name) => /^ld-linux.*\.so\.\d+$/.test(name))
    .map((name) => `${place}/${name}`);

/** The names in a folder; none if it is not there. */
export function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
