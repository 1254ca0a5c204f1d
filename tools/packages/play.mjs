import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../dev/process.mjs';
import { patienceMs } from './patience.mjs';
import { trials } from './trials.mjs';

const moved = /(?<=['"`=])\/(?:srv|mnt|etc|var|home|root|backup)(?=[/'"`])/g;

/** The folders of which READMEs speak, with a repository of restic where they have one. */
export function makeWorld(world, restic) {
  for (const folder of [
    'home/me/Documents',
    'home/me/Pictures',
    'home/ada/Documents',
    'etc/umbra',
    'var/tmp',
    'var/cache',
  ]) {
    mkdirSync(join(world, folder), { recursive: true });
  }
  writeFileSync(join(world, 'home/me/Documents/notes.txt'), 'notes');
  writeFileSync(join(world, 'home/ada/Documents/letter.txt'), 'dear all');
  const env = { ...process.env, RESTIC_PASSWORD: 'correct horse', HOME: world };
  const call = (...args) => spawnSync(restic, ['--no-cache', '-q', '-r', join(world, 'backup'), ...args], { env });
  call('init');
  call('backup', join(world, 'home'));
  mkdirSync(join(world, 'srv'));
  cpSync(join(world, 'backup'), join(world, 'srv/backup'), { recursive: true });
}

/** Plays the first example of a README in a folder where its packages are installed. Returns what is wrong, or undefined. */
export function play({ name, example, folder, world, restic, node }) {
  const trial = trials[name];
  if (trial === undefined) return 'tools/packages/trials.mjs does not say how its example is played';
  const text = (trial.instead ?? []).reduce((whole, [open, closed]) => whole.replace(open, () => closed), example);
  const places = `const ROOT = ${JSON.stringify(root)}; const WORLD = ${JSON.stringify(world)};\n`;
  const shown = text.replace(moved, (path) => world + path).replaceAll('/usr/bin/restic', restic);
  const file = writeProgram(folder, [places, trial.before ?? '', shown, trial.after ?? ''].join('\n'), node);
  copyFileSync(join(root, 'examples/copy-backend/copy.ts'), join(folder, 'copy.ts'));
  const own = trial.env?.({ restic, folder }) ?? {};
  const env = { PATH: process.env.PATH, HOME: join(world, 'home/me'), UMBRA_RESTIC: restic, NO_COLOR: '1', ...own };
  const options = { cwd: folder, env, encoding: 'utf8', timeout: patienceMs };
  const { stdout, stderr, status, error } = spawnSync(node, [file], options);
  const output = `${stdout}${stderr}`.trim();
  if (trial.fails !== undefined) {
    return status !== 0 && trial.fails.test(stderr) ? undefined : `is not refused as it should be:\n${output}`;
  }
  if (status !== 0) return `ends with ${error?.message ?? status}:\n${output}`;
  return trial.shows.test(stdout) ? undefined : `does not show ${trial.shows}:\n${output}`;
}

/** Node reads TypeScript by itself. `using` is no word to a Node before 24, where a reader has to compile as well. */
function writeProgram(folder, text, node) {
  const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  const compile = Number.parseInt(stdout, 10) < 24;
  const file = compile ? 'example.js' : 'example.ts';
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  const program = compile ? ts.transpileModule(text, { compilerOptions }).outputText : text;
  writeFileSync(join(folder, file), program);
  return file;
}
