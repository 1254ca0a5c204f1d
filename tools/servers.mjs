// Servers for tests of repositories elsewhere and of notifications, the second engine, and a database, from the distribution's archive,
// unpacked like restic. Where one cannot be had, the tests that need it are skipped and say so.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { borgAt, fetchBorg } from './borg.mjs';
import { btrfsAt, fetchBtrfs } from './btrfs.mjs';
import { canFetchDebianPackages, fetchDebianPackage, ownSuite, unpackedAt } from './debian.mjs';
import { Failure, say } from './dev/process.mjs';
import { exim, ntfy, synapse } from './notified.mjs';
import { fetchPostgres, postgresAt } from './postgres.mjs';

/** What the tests need, and how they are told where it is. One set by hand is used as it is. */
const programs = [
  // Older suites do not have it. It needs nothing but a C library.
  { name: 'restic-rest-server', package: 'restic-rest-server', suite: 'trixie', asks: '--version' },
  { name: 'rclone', package: 'rclone', suite: ownSuite(), asks: 'version' },
  { name: 'ssh', package: 'openssh-client', suite: ownSuite(), asks: '-V', onPath: true },
  { name: 'ssh-keygen', package: 'openssh-client', suite: ownSuite(), asks: '-?', status: 1, onPath: true },
  // A program in Python, which comes with its own.
  { name: 'borg', suite: ownSuite(), asks: '--version', fetch: fetchBorg, at: borgAt },
  // For dumps of a database.
  { name: 'postgres', suite: ownSuite(), asks: '--version', fetch: fetchPostgres, at: postgresAt },
  // What notifications are sent to. Older suites do not have the first two, which bring a C library of their own.
  { name: 'ntfy', suite: 'trixie', asks: '--help', ...ntfy },
  // Started when it is fetched: it takes a second each time.
  { name: 'synapse', suite: 'sid', ...synapse },
  { name: 'exim', suite: ownSuite(), ...exim },
  // For snapshots of file systems.
  { name: 'btrfs', suite: ownSuite(), asks: '--version', fetch: fetchBtrfs, at: btrfsAt },
];

const variableOf = ({ name }) => `UMBRA_TEST_${name.toUpperCase().replaceAll('-', '_')}`;

/** The programs that are there and run, by the variable that tells tests of them. */
export function fetchedServers() {
  const found = programs.map((wanted) => [variableOf(wanted), placeOf(wanted)]);
  return Object.fromEntries(found.filter(([, path]) => path !== undefined));
}

/** Never fails: says what is missing and why. */
export async function tryToFetchServers() {
  for (const wanted of programs) {
    try {
      if (placeOf(wanted) !== undefined) continue;
      if (!canFetchDebianPackages() || !wanted.suite)
        throw new Failure(`This machine has no apt-get to fetch ${wanted.name} with.`);
      await (wanted.fetch?.(wanted.suite) ?? fetchDebianPackage(wanted.package, wanted.suite));
      if (placeOf(wanted) === undefined) throw new Failure(`${wanted.name} of ${wanted.suite} does not run here.`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(
        `${error.message}\nTests with ${wanted.name} are skipped. Or set ${variableOf(wanted)} to its absolute path.`,
      );
    }
  }
}

function placeOf(wanted) {
  const byHand = process.env[variableOf(wanted)];
  const suite = wanted.suite ?? '';
  const unpacked = wanted.at?.(suite) ?? join(unpackedAt(wanted.package, suite), 'usr/bin', wanted.name);
  const places = byHand ? [byHand] : [...(wanted.onPath ? onPath(wanted.name) : []), unpacked];
  return places.find((path) => existsSync(path) && runs(path, wanted));
}

const onPath = (name) => (process.env.PATH ?? '').split(':').map((folder) => join(folder, name));

const runs = (path, { asks, status = 0 }) =>
  asks === undefined || spawnSync(path, [asks], { stdio: 'ignore' }).status === status;
