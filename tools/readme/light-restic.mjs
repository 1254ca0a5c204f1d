import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeRepository } from '../testing/light-key.mjs';

/** Makes a restic whose new repositories cost nothing to open, as a program in a folder. Everything else the real one does. */
export function lightRestic(folder, restic) {
  const path = join(folder, 'restic');
  const own = fileURLToPath(import.meta.url);
  // One that is elsewhere, or cuts files like another one, is made as it is made everywhere.
  const real = "*' '--copy-chunker-params*|*' '--repo=[!/]*";
  const init = `case "$* " in ${real}) ;; 'init '*) exec '${process.execPath}' '${own}' '${restic}' "$@" ;; esac`;
  writeFileSync(path, `#!/bin/sh\n${init}\nexec '${restic}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function init(restic, args) {
  const valueOf = (name) => args.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const [repository, password] = [valueOf('repo'), valueOf('password-file')];
  // A descriptor of ours, which no child of Node has.
  const secret = readFileSync(password, 'utf8').trimEnd();
  makeRepository(repository, secret);
  const env = { ...process.env, RESTIC_PASSWORD: secret };
  const cat = ['cat', 'config', '--json', `--repo=${repository}`, '--no-cache'];
  const { id } = JSON.parse(spawnSync(restic, cat, { env, encoding: 'utf8' }).stdout);
  process.stdout.write(`${JSON.stringify({ message_type: 'initialized', id, repository })}\n`);
}

const [, program, restic, ...args] = process.argv;
if (program === fileURLToPath(import.meta.url)) init(restic, args);
