// strace, which records what a process asks of the kernel: the machine's own, else from the distribution's archive, unpacked like
// restic. Where it cannot be had, the tests that need it are skipped and say so.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { canFetchDebianPackages, fetchDebianPackage, ownSuite, unpackedAt } from './debian.mjs';
import { Failure, say } from './dev/process.mjs';

/** How tests are told where the program is. One set by hand is used as it is. */
export const straceVariable = 'UMBRA_TEST_STRACE';

/** The program, if it may trace here, or undefined. */
export function foundStrace() {
  const unpacked = join(unpackedAt('strace', ownSuite() ?? ''), 'usr', 'bin', 'strace');
  return [process.env[straceVariable], 'strace', unpacked].filter(Boolean).find(mayTrace);
}

/** Never fails: says why there is none. */
export async function tryToFetchStrace() {
  try {
    if (foundStrace() !== undefined) return;
    const suite = ownSuite();
    if (!canFetchDebianPackages() || !suite) throw new Failure('This machine has no apt-get to fetch strace with.');
    await fetchDebianPackage('strace', suite);
    if (foundStrace() === undefined) throw new Failure(`strace of ${suite} may not trace here.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`${error.message}\nTests that record what is written to a disk are skipped. Or set ${straceVariable}.`);
  }
}

const mayTrace = (program) => spawnSync(program, ['-o', '/dev/null', 'true'], { stdio: 'ignore' }).status === 0;
