// A wall clock for tests that can be moved: libfaketime from the distribution's archive, unpacked like restic. Where it
// cannot be had, the tests that need it are skipped and say so.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canFetchDebianPackages, fetchDebianPackage, ownSuite, unpackedAt } from './debian.mjs';
import { Failure, say } from './dev/process.mjs';

/** How tests are told where the library is. One set by hand is used as it is. */
export const faketimeVariable = 'UMBRA_TEST_FAKETIME';

/** The library that was fetched, if Node obeys it here, or undefined. */
export function fetchedFaketime() {
  const library = process.env[faketimeVariable] ?? libraryIn(unpackedAt('libfaketime', ownSuite() ?? ''));
  return library && movesTheClock(library) ? library : undefined;
}

/** Never fails: says why there is none. */
export async function tryToFetchFaketime() {
  try {
    if (fetchedFaketime() !== undefined) return;
    // It is loaded into our own processes, so it has to fit the machine's C library.
    const suite = ownSuite();
    if (!canFetchDebianPackages() || !suite)
      throw new Failure('This machine has no apt-get to fetch libfaketime with.');
    await fetchDebianPackage('libfaketime', suite);
    if (fetchedFaketime() === undefined) throw new Failure(`libfaketime of ${suite} does not move the clock of Node.`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`${error.message}\nTests that move the clock are skipped. Or set ${faketimeVariable} to libfaketimeMT.so.1.`);
  }
}

function libraryIn(folder) {
  const libraries = join(folder, 'usr', 'lib');
  const architectures = existsSync(libraries) ? readdirSync(libraries) : [];
  return architectures.map((name) => join(libraries, name, 'faketime', 'libfaketimeMT.so.1')).find(existsSync);
}

function movesTheClock(library) {
  const env = { LD_PRELOAD: library, FAKETIME: '+1000d' };
  try {
    const shown = execFileSync(process.execPath, ['-p', 'Date.now()'], { env, encoding: 'utf8', stdio: 'pipe' });
    return Math.abs(Number(shown) - Date.now() - 1000 * 24 * 3600 * 1000) < 60_000;
  } catch {
    return false;
  }
}
