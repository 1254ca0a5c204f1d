// PostgreSQL from the distribution's archive, for tests: the server and its programs, whatever this machine has.
import { join } from 'node:path';
import { fetchDebianTree, unpackedAt } from './debian.mjs';
import { namesIn, writeLauncher } from './launchers.mjs';

const PACKAGE = 'postgresql';

/** Its programs and their libraries, without the compiler that it has for slow questions and what sets a server up. */
const NEEDED = /^(?:postgresql-(?:client-)?\d+|zlib1g|lib(?!llvm|z3|perl|pam-|semanage|sepol|\S*-perl$)\S*)$/;

/** The program in an unpacked suite, whether it is there or not; the others lie beside it. */
export const postgresAt = (suite) => join(unpackedAt(`${PACKAGE}-with-all`, suite), 'tools', 'postgres');

export const fetchPostgres = (suite) => fetchDebianTree(PACKAGE, suite, { only: NEEDED, finish: makeRunnable });

function makeRunnable(folder) {
  const [version] = namesIn(join(folder, 'usr/lib/postgresql'));
  const programs = `usr/lib/postgresql/${version}/bin`;
  for (const name of namesIn(join(folder, programs))) writeLauncher(folder, `tools/${name}`, `${programs}/${name}`);
}
