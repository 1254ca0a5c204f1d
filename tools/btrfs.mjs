// The tools of btrfs from the distribution's archive, for tests.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fetchDebianTree, unpackedAt } from './debian.mjs';
import { writeLauncher } from './launchers.mjs';

const PACKAGE = 'btrfs-progs';

/** The program in an unpacked suite, whether it is there or not; `mkfs.btrfs` lies beside it. */
export const btrfsAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'tools', 'btrfs');

export const fetchBtrfs = (suite) => fetchDebianTree(PACKAGE, suite, { finish: makeRunnable });

function makeRunnable(folder) {
  for (const name of ['btrfs', 'mkfs.btrfs']) {
    const place = ['bin', 'usr/bin', 'sbin', 'usr/sbin'].find((each) => isThere(join(folder, each, name)));
    writeLauncher(folder, `tools/${name}`, `${place}/${name}`);
  }
}

const isThere = (path) => statSync(path, { throwIfNoEntry: false }) !== undefined;
