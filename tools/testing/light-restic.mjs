import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addKey, makeRepository } from './light-key.mjs';

/**
 * Makes a restic whose new repositories and new passwords cost nothing to open, as a program in a folder. Everything else the real one
 * does.
 */
export function lightRestic(folder, restic) {
  const path = join(folder, 'restic');
  const own = fileURLToPath(import.meta.url);
  // One that is elsewhere, or cuts files like another one, is made as it is made everywhere.
  const real = "*' '--copy-chunker-params*|*' '--repo=[!/]*";
  const ours = `exec '${process.execPath}' '${own}' '${restic}' "$@"`;
  const cases = `case "$* " in ${real}) ;; 'init '* | 'key add '*) ${ours} ;; esac`;
  writeFileSync(path, `#!/bin/sh\n${cases}\nexec '${restic}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

const valueOf = (args, name) => args.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

// A descriptor of ours, which no child of Node has.
const secretIn = (args, name) => readFileSync(valueOf(args, name), 'utf8').trimEnd();

/** What the real one has to say of a repository. */
function document(restic, what, repository, password) {
  const args = ['cat', what, '--json', `--repo=${repository}`, '--no-cache', '--no-lock'];
  const env = { ...process.env, RESTIC_PASSWORD: password };
  return spawnSync(restic, args, { env, encoding: 'utf8' }).stdout;
}

function init(restic, args) {
  const repository = valueOf(args, 'repo');
  const password = secretIn(args, 'password-file');
  makeRepository(repository, password);
  const { id } = JSON.parse(document(restic, 'config', repository, password));
  process.stdout.write(`${JSON.stringify({ message_type: 'initialized', id, repository })}\n`);
}

function key(restic, args) {
  const repository = valueOf(args, 'repo');
  const masterKey = document(restic, 'masterkey', repository, secretIn(args, 'password-file'));
  const id = addKey(repository, masterKey, secretIn(args, 'new-password-file'));
  process.stdout.write(`saved new key with ID ${id}\n`);
}

const [, program, restic, ...args] = process.argv;
if (program === fileURLToPath(import.meta.url)) (args[0] === 'key' ? key : init)(restic, args);
