// npm leaves the packages of other systems out of the lockfile when the registry it asked does not carry them, and
// `npm ci` then refuses the lockfile ("Missing: … from lock file"). Their exact versions are known all the same: the
// packages that want them name them. This adds the missing entries, and with --check only says whether any is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const EXACT_VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/;
const OS_NAMES = ['linux', 'darwin', 'win32', 'freebsd', 'openbsd', 'netbsd', 'android', 'sunos', 'aix', 'openharmony'];
const CPU_NAMES = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];
const CPU_ALIASES = { ppc64le: 'ppc64', armv7: 'arm', armhf: 'arm' };

/** What a platform package's name says about where it runs, in the lockfile's words. */
export function platformOf(name) {
  const words = name.split(/[^a-z0-9]+/);
  const os = words.find((word) => OS_NAMES.includes(word)) ?? (words.includes('windows') ? 'win32' : undefined);
  const cpu = words.map((word) => CPU_ALIASES[word] ?? word).find((word) => CPU_NAMES.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : os === 'linux' && words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { ...(os && { os: [os] }), ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }) };
}

/** The folders in which Node looks for a dependency of the package at a path, nearest first. */
function searchFolders(path) {
  const nested = path
    .split('/node_modules/')
    .map((_, depth, parts) => parts.slice(0, depth + 1).join('/node_modules/'));
  return [...nested.toReversed().map((folder) => `${folder}/node_modules`), 'node_modules'];
}

/** Where a missing dependency belongs, or undefined when the right version is found from there. */
function missingPlace(packages, path, name, version) {
  const folders = searchFolders(path);
  const found = folders.map((folder) => packages[`${folder}/${name}`]).find(Boolean);
  if (found?.version === version) return undefined;
  return `${found ? folders[0] : 'node_modules'}/${name}`;
}

/** The lockfile with every missing platform package added, and the paths that were missing. */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const place = EXACT_VERSION.test(version) ? missingPlace(packages, path, name, version) : undefined;
      if (!place) continue;
      packages[place] = { version, ...(entry.dev && { dev: true }), optional: true, ...platformOf(name) };
      added.push(place);
    }
  }
  const [root, ...rest] = Object.entries(packages);
  rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { lock: { ...lock, packages: Object.fromEntries([root, ...rest]) }, added };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = new URL('../package-lock.json', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const { lock, added } = completeLock(JSON.parse(text));
  const check = process.argv.includes('--check');
  if (added.length > 0 && !check) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  const hosts = Object.values(lock.packages).filter((entry) => /^https?:/.test(entry.resolved ?? ''));
  if (added.length > 0)
    console.log(`package-lock.json: ${added.length} platform packages ${check ? 'missing' : 'added'}`);
  if (hosts.length > 0) console.error(`package-lock.json: ${hosts.length} entries name a host`);
  if (hosts.length > 0 || (check && added.length > 0)) process.exitCode = 1;
}
