// Every recipe is followed to its end, in one world: its configuration is put in place, its commands are typed into a shell.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { umbra } from './dev/bundle.mjs';
import { root } from './dev/process.mjs';
import { codeBlocks } from './readme/code-blocks.mjs';

/** What a test leaves alone, and why; `config check` and the reading of the command line hold for them too. */
const leftAlone = [
  [/^umbra (?:daemon|schedule|helper) install/, 'changes what the system starts'],
  [/^umbra helper status/, 'there is no privileged program'],
  [/^umbra doctor/, 'judges this machine'],
];

const world = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-recipes-')));
afterAll(() => rmSync(world, { recursive: true, force: true }));
const home = join(world, 'home');
for (const folder of [
  'home/Documents',
  'home/Pictures',
  'var/backups/app',
  'mnt/backup',
  'mnt/nas',
  'mnt/far',
  'bin',
]) {
  mkdirSync(join(world, folder), { recursive: true });
}
writeFileSync(join(home, 'Documents/letter.txt'), 'dear all');
const program = (name, text) => {
  writeFileSync(join(world, 'bin', name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(world, 'bin', name), 0o755);
};
program('umbra', `exec '${process.execPath}' '${umbra}' "$@"`);
program('pg_dump', 'for word; do case $word in --file=*) exec > "${word#--file=}";; esac; done; echo rows');
program('pg_restore', 'grep rows');

const moved = (text) => text.replace(/(?<![\w/])\/(?:mnt|var\/backups)\//g, (path) => world + path);
const borg = process.env.UMBRA_TEST_BORG;

function type(recipe, command) {
  const env = {
    HOME: home,
    PATH: `${join(world, 'bin')}:${process.env.PATH}`,
    UMBRA_RESTIC: process.env.UMBRA_TEST_RESTIC_0_19_1,
    UMBRA_CONFIG: join(world, `${recipe}.yaml`),
    UMBRA_STATE_DIR: join(world, `state-${recipe}`),
    NO_COLOR: '1',
    CI: '1',
    ...(borg === undefined ? {} : { UMBRA_BORG: borg }),
  };
  const options = { cwd: home, env, encoding: 'utf8', timeout: 110_000 };
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', moved(command)], options);
  expect(status, `${recipe}: ${command}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

const recipes = globSync('docs/recipes/*.md', { cwd: root })
  .map((file) => basename(file, '.md'))
  .filter((name) => name !== 'README')
  .toSorted();

test.each(recipes.map((name) => [name, name === 'borg' && borg === undefined]))('the recipe %s', (name, cannot) => {
  const blocks = codeBlocks(readFileSync(join(root, `docs/recipes/${name}.md`), 'utf8'));
  expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThan(0);
  for (const { language, text } of blocks) {
    if (language === 'yaml') {
      writeFileSync(join(world, `${name}.yaml`), moved(text), { mode: 0o600 });
      type(name, 'umbra config check');
    }
    for (const command of language === 'sh' ? text.trim().split('\n') : []) {
      if (cannot || leftAlone.some(([pattern]) => pattern.test(command))) continue;
      type(name, command);
    }
  }
});
