import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith, npmCommand } from '../dev/process.mjs';
import { patienceMs } from './patience.mjs';

const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * An empty folder in which `npm install NAMES` ran, with what we have packed in the place of what the registry has. Returns
 * what is wrong, or undefined.
 */
export function installInto(folder, names, tarballs, node) {
  mkdirSync(folder, { recursive: true });
  const ours = Object.fromEntries(names.filter(isOurs).map((name) => [name, '*']));
  const others = names.filter((name) => !isOurs(name));
  return installManifest(folder, { type: 'module', dependencies: ours }, tarballs, node, others);
}

/** The same for a folder with a program in it, by what its manifest wants. */
export function installManifest(folder, manifest, tarballs, node, more = []) {
  const places = Object.fromEntries([...tarballs].map(([name, file]) => [`@umbracore/${name}`, `file:${file}`]));
  const wanted = Object.entries(manifest.dependencies).map(([name, range]) => [name, places[name] ?? range]);
  const placed = { ...manifest, dependencies: Object.fromEntries(wanted), overrides: places };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(placed));
  const [program, ...first] = npmCommand();
  const args = [...first, 'install', ...flags, ...more];
  const npm = program === 'npm' ? ['npm', args] : [node, args];
  const options = { cwd: folder, env: outside(node), encoding: 'utf8', timeout: patienceMs };
  const { status, error, stdout, stderr } = spawnSync(...npm, options);
  if (status !== 0) return `cannot be installed: ${error?.message ?? `npm ends with ${status}`}\n${stdout}${stderr}`;
  return stderr.trim() === '' ? undefined : `is installed with complaints:\n${stderr}`;
}

const isOurs = (name) => name.startsWith('@umbracore/');

const kept = ['cache', 'registry', 'userconfig', 'globalconfig'].map((name) => `npm_config_${name}`);

/** Without what npm tells the scripts of this checkout about it. */
const outside = (node) =>
  Object.fromEntries(
    Object.entries(environmentWith(node)).filter(([name]) => !/^npm_/i.test(name) || kept.includes(name)),
  );
