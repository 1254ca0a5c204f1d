// The tools of btrfs from the distribution's archive, for tests: each a small script that finds its libraries from where it lies.
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchDebianTree, unpackedAt } from './debian.mjs';

const PACKAGE = 'btrfs-progs';

/** The program in an unpacked suite, whether it is there or not; `mkfs.btrfs` lies beside it. */
export const btrfsAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'tools', 'btrfs');

export const fetchBtrfs = (suite) => fetchDebianTree(PACKAGE, suite, makeRunnable);

function makeRunnable(folder) {
  const libraries = ['usr/lib', 'lib'].flatMap((place) =>
    foldersIn(join(folder, place))
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => `$here/${place}/${name}`),
  );
  mkdirSync(join(folder, 'tools'));
  for (const name of ['btrfs', 'mkfs.btrfs']) {
    const place = ['bin', 'usr/bin', 'sbin', 'usr/sbin'].find((each) => isThere(join(folder, each, name)));
    const script = join(folder, 'tools', name);
    writeFileSync(
      script,
      `#!/bin/sh\nhere=$(dirname "$(dirname "$(readlink -f "$0")")")\nexport LD_LIBRARY_PATH="${libraries.join(':')}"\nexec "$here/${place}/${name}" "$@"\n`,
    );
    chmodSync(script, 0o755);
  }
}

const isThere = (path) => statSync(path, { throwIfNoEntry: false }) !== undefined;

function foldersIn(place) {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}
