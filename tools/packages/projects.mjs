import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, root } from '../dev/process.mjs';
import { installManifest } from './install.mjs';
import { patienceMs } from './patience.mjs';
import { closure, shortName } from './published.mjs';

/** The programs in `examples/` that are projects of their own, and what each prints in the end. */
export const projects = { library: /^succeeded [0-9a-f]{64}$/m, 'own-container': /^notes: succeeded$/m };

export const projectManifest = (name) => JSON.parse(readFileSync(join(root, 'examples', name, 'package.json'), 'utf8'));

/** Those of ours that a project wants, by their short names. */
export const oursIn = ({ dependencies }) =>
  Object.keys(dependencies)
    .filter((name) => name.startsWith('@umbracore/'))
    .map(shortName);

/**
 * Moves a project out of the checkout, installs what it wants from tarballs, has two lines of the compiler look at it and at every
 * declaration it meets, and runs it. Returns what is wrong, or undefined.
 */
export function playProject({ name, folder, all, tarballs, restic, node }) {
  const app = join(folder, 'app');
  cpSync(join(root, 'examples', name), app, { recursive: true });
  const manifest = projectManifest(name);
  const needed = closure(oursIn(manifest), all);
  const some = new Map([...tarballs].filter(([one]) => needed.includes(one)));
  const refused = installManifest(app, manifest, some, node);
  if (refused !== undefined) return refused;
  mkdirSync(join(app, 'saved'));
  writeFileSync(join(app, 'saved/notes.txt'), 'notes');
  writeFileSync(join(app, 'key'), 'correct horse', { mode: 0o600 });
  const env = { PATH: process.env.PATH, HOME: folder, UMBRA_RESTIC: restic, NO_COLOR: '1' };
  const steps = [
    [binary('typescript7/bin/tsc'), '--noEmit', '--pretty', 'false'],
    ['node_modules/typescript/bin/tsc', '--pretty', 'false'],
    ['dist/main.js', 'kept', 'key', 'saved'],
  ];
  let shown = '';
  for (const step of steps) {
    const options = { cwd: app, env, encoding: 'utf8', timeout: patienceMs };
    const { status, error, stdout, stderr } = spawnSync(node, step, options);
    if (status !== 0) return `${step.join(' ')} ends with ${error?.message ?? status}:\n${stdout}${stderr}`;
    shown = stdout;
  }
  return projects[name].test(shown) ? undefined : `does not show ${projects[name]}:\n${shown}`;
}
