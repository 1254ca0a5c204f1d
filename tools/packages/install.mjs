import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentWith, npmCommand } from '../dev/process.mjs';

const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/**
 * An empty folder in which `npm install NAMES` ran, with what we have packed in the place of what the registry has. Returns
 * what is wrong, or undefined.
 */
export function installInto(folder, names, tarballs, node) {
  mkdirSync(folder, { recursive: true });
  const places = [...tarballs].map(([name, file]) => [`@umbracore/${name}`, `file:${file}`]);
  const wanted = places.filter(([name]) => names.includes(name));
  const manifest = { type: 'module', dependencies: Object.fromEntries(wanted), overrides: Object.fromEntries(places) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  const [program, ...first] = npmCommand();
  const args = [...first, 'install', ...flags, ...names.filter((name) => !name.startsWith('@umbracore/'))];
  const npm = program === 'npm' ? ['npm', args] : [node, args];
  const { status, stdout, stderr } = spawnSync(...npm, { cwd: folder, env: outside(node), encoding: 'utf8' });
  if (status !== 0) return `cannot be installed:\n${stdout}${stderr}`;
  return stderr.trim() === '' ? undefined : `is installed with complaints:\n${stderr}`;
}

const kept = ['cache', 'registry', 'userconfig', 'globalconfig'].map((name) => `npm_config_${name}`);

/** Without what npm tells the scripts of this checkout about it. */
const outside = (node) =>
  Object.fromEntries(
    Object.entries(environmentWith(node)).filter(([name]) => !/^npm_/i.test(name) || kept.includes(name)),
  );
