// Finding restic for the demo, and fetching the versions that the tests run against: `node tools/restic.mjs [fetch]`.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canFetchDebianPackages, fetchDebianPackage, ownSuite, unpackedAt } from './debian.mjs';
import { Failure, root, say } from './dev/process.mjs';

const cache = join(root, '.cache', 'restic');

/** What the tests need, and the Debian suite that has it. The last one moves: any 0.19 will do. */
export const testVersions = [
  { version: '0.14.0', line: '0.14.', suite: 'bookworm' },
  { version: '0.18.0', line: '0.18.', suite: 'trixie' },
  { version: '0.19.1', line: '0.19.', suite: 'sid' },
];

/** How tests are told: `UMBRA_TEST_RESTIC_0_14_0` and so on. One set by hand is used as it is. */
export const variableOf = (version) => `UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`;

/** `UMBRA_RESTIC`, else the one on PATH, else the distribution's package unpacked into .cache. */
export async function findRestic() {
  const named = process.env.UMBRA_RESTIC;
  if (named) {
    if (!versionOf(named)) throw new Failure(`UMBRA_RESTIC=${named} is not a restic that runs.`);
    return named;
  }
  if (versionOf('restic')) return onPath('restic');
  if (!canFetchDebianPackages() || !ownSuite()) {
    throw new Failure('restic is not on this machine. Install it, or set UMBRA_RESTIC to its path.');
  }
  return join(await fetchDebianPackage('restic', ownSuite()), 'usr/bin/restic');
}

/** What `umbra` cannot find by itself: a restic that was unpacked for the demo, where none is on PATH. Fetches nothing. */
export function demoRestic() {
  if (process.env.UMBRA_RESTIC || versionOf('restic')) return undefined;
  const unpacked = join(unpackedAt('restic', ownSuite() ?? ''), 'usr/bin/restic');
  return existsSync(unpacked) ? unpacked : undefined;
}

/** The fetched binary for a test version, or undefined. */
export function fetchedRestic({ version, line }) {
  const byHand = process.env[variableOf(version)];
  if (byHand) return byHand;
  const versions = existsSync(cache) ? readdirSync(cache) : [];
  const match = versions.includes(version) ? version : versions.find((name) => name.startsWith(line));
  return match && join(cache, match, 'restic');
}

export async function fetchTestVersions() {
  const problems = [];
  for (const wanted of testVersions) {
    if (fetchedRestic(wanted)) continue;
    try {
      keep(join(await fetchDebianPackage('restic', wanted.suite), 'usr/bin/restic'), wanted);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(
        `restic ${wanted.version}: ${error.message}\nOr set ${variableOf(wanted.version)} to such a binary.`,
      );
    }
  }
  if (problems.length > 0) throw new Failure(problems.join('\n'));
}

function keep(binary, { line, suite }) {
  const version = versionOf(binary);
  if (!version?.startsWith(line))
    throw new Failure(`${suite} offers restic ${version ?? 'that does not run'}, wanted ${line}x.`);
  const folder = join(cache, version);
  mkdirSync(folder, { recursive: true });
  const partial = join(folder, `restic.${process.pid}`);
  copyFileSync(binary, partial);
  renameSync(partial, join(folder, 'restic'));
}

function versionOf(binary) {
  const { stdout, status } = spawnSync(binary, ['version'], { encoding: 'utf8' });
  return status === 0 ? /^restic (\S+)/.exec(stdout)?.[1] : undefined;
}

function onPath(name) {
  return execFileSync('/bin/sh', ['-c', 'command -v -- "$0"', name], { encoding: 'utf8' }).trim();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv[2] === 'fetch') await fetchTestVersions();
  else console.log(await findRestic());
  for (const wanted of testVersions) say(`${wanted.version}: ${fetchedRestic(wanted) ?? 'not fetched'}`);
}
