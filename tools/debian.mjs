// Programs from the distribution's own archive, unpacked into .cache/debian without root and without installing anything.
// apt itself downloads, with lists and caches of our own, so its signature and checksum checks hold as they always do.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { withLock } from './dev/lock.mjs';
import { Failure, root, say } from './dev/process.mjs';

const cache = join(root, '.cache');
const DISTRIBUTION_KEYRINGS = ['debian', 'ubuntu'].map((name) => `/usr/share/keyrings/${name}-archive-keyring.gpg`);
const DAY_MS = 24 * 3600 * 1000;

/** The suite this machine runs, such as `bookworm`. */
export function ownSuite() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^VERSION_CODENAME=(.*)$/m.exec(release)?.[1].replaceAll('"', '');
}

export const canFetchDebianPackages = () =>
  ['apt-get', 'dpkg-deb'].every((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);

/** Where `fetchDebianPackage` puts a package. */
export const unpackedAt = (name, suite, version) => join(cache, 'debian', suite, version ? `${name}=${version}` : name);

/**
 * Unpacks a package of a Debian suite and returns the folder with its files. Dependencies are not fetched: this is for
 * programs that stand alone, or whose libraries are there.
 */
export async function fetchDebianPackage(name, suite, version) {
  const place = unpackedAt(name, suite, version);
  if (existsSync(place)) return place;
  if (!canFetchDebianPackages())
    throw new Failure(`Fetching ${name} needs apt-get and dpkg-deb, which are not on this machine.`);
  await withLock('debian', () => {
    if (existsSync(place)) return;
    say(`Fetching ${name} from the ${suite} archive (unpacked into .cache, nothing is installed)`);
    mkdirSync(join(cache, 'debian', suite), { recursive: true });
    const work = mkdtempSync(join(cache, 'debian', suite, '.unpacking-'));
    try {
      const archive = download(version ? `${name}=${version}` : name, suite, work);
      execFileSync('dpkg-deb', ['-x', join(work, archive), join(work, 'files')], { stdio: ['ignore', 2, 2] });
      renameSync(join(work, 'files'), place);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return place;
}

/** Packages that have to be those of the machine itself, whatever they are: the loader and the C library belong together. */
const OF_THE_MACHINE = /^(?:libc6|libc-bin|libgcc-s1|gcc-\d+-base|dpkg|tar|debconf|perl-base)$/;

/**
 * Unpacks a package with everything that it depends on into one folder, as on a machine where nothing is installed but a C library;
 * and `also` others; of all that `only` the packages that are needed. With `ownLibc` that comes along too, for suites that want a newer one than
 * the machine has. `finish` makes the folder ready for use before it is put in its place.
 */
export async function fetchDebianTree(name, suite, { also = [], only = /./, ownLibc = false, finish }) {
  const place = unpackedAt(`${name}-with-all`, suite);
  if (existsSync(place)) return place;
  await withLock('debian', () => {
    if (existsSync(place)) return;
    say(`Fetching ${name} and what it needs from the ${suite} archive (unpacked into .cache, nothing is installed)`);
    mkdirSync(join(cache, 'debian', suite), { recursive: true });
    const work = mkdtempSync(join(cache, 'debian', suite, '.unpacking-'));
    const files = join(work, 'files');
    try {
      download(
        neededFor([name, ...also], suite).filter((each) => only.test(each) && (ownLibc || !OF_THE_MACHINE.test(each))),
        suite,
        work,
      );
      for (const archive of readdirSync(work).filter((file) => file.endsWith('.deb')))
        execFileSync('dpkg-deb', ['-x', join(work, archive), files], { stdio: ['ignore', 2, 2] });
      finish(files);
      renameSync(files, place);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return place;
}

/** What apt would install on an empty machine. */
function neededFor(names, suite) {
  const apt = aptFor(suite);
  apt.update({ maxAgeMs: DAY_MS });
  const { status, stdout, stderr } = apt.run(['install', '--simulate', '--no-install-recommends', ...names]);
  if (status !== 0) throw new Failure(`${names.join(', ')} cannot be had from ${apt.source}:\n${stderr.trim()}`);
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, each]) => each);
}

/** Brings packages into a folder; gives the file of the first one. */
function download(wanted, suite, folder) {
  const names = [wanted].flat();
  const apt = aptFor(suite);
  const updated = apt.update({ maxAgeMs: DAY_MS });
  let result = apt.run(['download', ...names], folder);
  // Archives move on: what yesterday's list names may be gone today.
  if (result.status !== 0 && !updated) {
    apt.update({ maxAgeMs: 0 });
    result = apt.run(['download', ...names], folder);
  }
  const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (result.status !== 0 || !archive)
    throw new Failure(`${names.join(', ')} cannot be had from ${apt.source}:\n${result.stderr.trim()}`);
  return archive;
}

/** apt-get with one suite as its only source, and everything it writes below .cache/apt/SUITE. */
function aptFor(suite) {
  const folder = join(cache, 'apt', suite);
  const { site, components, keyring } = ownArchive();
  const settings = join(folder, 'apt.conf');
  const stamp = join(folder, 'updated');
  for (const part of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(settings, aptSettings(folder));

  const useKeyring = (file) => {
    const options = file ? ` [signed-by=${file}]` : '';
    writeFileSync(join(folder, 'sources.list'), `deb${options} ${site} ${suite} ${components.join(' ')}\n`);
  };
  const run = (args, cwd = folder) =>
    spawnSync('apt-get', ['-q', '-c', settings, ...args], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
  const tryUpdate = () => run(['update', '--error-on=any']);

  return {
    source: `${site} ${suite}`,
    run,
    /** Returns whether the lists were fetched anew. */
    update({ maxAgeMs }) {
      if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < maxAgeMs) return false;
      useKeyring(keyring);
      let result = tryUpdate();
      if (result.status !== 0 && /NO_PUBKEY|Missing key/.test(result.stderr) && suite !== ownSuite()) {
        // A newer suite can be signed with keys that came out after this machine was set up. The machine's own suite,
        // whose signature can be checked, carries them in an update of its keyring package.
        useKeyring(newerKeyring());
        result = tryUpdate();
      }
      if (result.status !== 0)
        throw new Failure(`The package list of ${site} ${suite} cannot be had:\n${result.stderr.trim()}`);
      writeFileSync(stamp, '');
      return true;
    },
  };
}

function newerKeyring() {
  const place = join(cache, 'apt', 'keyring');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  execFileSync('dpkg-deb', ['-x', join(place, download('debian-archive-keyring', ownSuite(), place)), place]);
  return join(place, 'usr/share/keyrings/debian-archive-keyring.gpg');
}

/** Where this machine itself gets its packages from: a mirror, or a dated snapshot, stays the one that is asked. */
function ownArchive() {
  const suite = ownSuite();
  const format = '$(SITE)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)';
  const lines = execFileSync('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], {
    encoding: 'utf8',
  });
  const targets = lines
    .trim()
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([, release]) => release === suite || release === 'stable');
  const [site, , , keyring] = targets[0] ?? [];
  if (!site) throw new Failure(`apt has no source for ${suite ?? 'this system'}, so there is no archive to ask.`);
  const components = targets.filter((target) => target[0] === site).map((target) => target[2]);
  return {
    site,
    components: [...new Set(components)].filter((component) => ['main', 'universe'].includes(component)),
    // Without any of these apt falls back to the keys it trusts for everything.
    keyring: [keyring ?? '', ...DISTRIBUTION_KEYRINGS].find((file) => isAbsolute(file) && existsSync(file)),
  };
}

// The sandbox user could not read a checkout in somebody's home, and hooks of the machine's own apt do not concern us.
const aptSettings = (folder) => `#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Pre-Invoke;
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Dir::State "${folder}";
Dir::State::status "/dev/null";
Dir::State::lists "${folder}/lists";
Dir::Cache "${folder}/cache";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
`;
