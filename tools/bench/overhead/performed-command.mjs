import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets umbra run once with a restic that takes down how it is called, and gives back the `backup` it performed as a command
 * of its own: the same program, arguments and environment. What umbra hands over by descriptor is in files. Only what makes
 * restic faster because umbra knows its history and the machine is left out: nobody would give that by hand.
 */
export async function performedBackup({ folder, env }, restic, runUmbra) {
  const notes = join(folder, 'notes');
  rmSync(notes, { recursive: true, force: true });
  mkdirSync(notes);
  const recorder = join(notes, 'restic');
  writeFileSync(recorder, recorderText(notes, restic));
  chmodSync(recorder, 0o755);
  await runUmbra({ ...env, UMBRA_RESTIC: recorder });
  const given = fields(join(notes, 'args')).filter((arg) => !ofHistory.includes(arg));
  const args = given.map((arg) => arg.replace(/=\/dev\/fd\/(\d+)$/, `=${notes}/fd-$1`));
  const environment = Object.fromEntries(
    fields(join(notes, 'env'))
      .map(pair)
      .filter(([name]) => !ofMachine.includes(name)),
  );
  return { program: restic, args, env: environment };
}

const ofHistory = ['--no-scan'];
const ofMachine = ['GOGC', 'GOMEMLIMIT'];

const fields = (file) => readFileSync(file, 'utf8').split('\0').slice(0, -1);
const pair = (text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];

// Opening /dev/fd/N on Linux opens the file anew, so that restic still reads it from its start.
const recorderText = (notes, restic) => `#!/bin/sh
if [ "$1" = backup ]; then
  for arg; do
    case $arg in *=/dev/fd/*) cat "/dev/fd/\${arg##*/}" > '${notes}/fd-'"\${arg##*/}" ;; esac
    printf '%s\\0' "$arg" >> '${notes}/args'
  done
  env -0 > '${notes}/env'
fi
exec '${restic}' "$@"
`;
