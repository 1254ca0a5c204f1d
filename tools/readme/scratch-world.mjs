import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { umbra } from '../dev/bundle.mjs';
import { lightRestic } from '../testing/light-restic.mjs';
import { Postgres } from '../testing/postgres.ts';

/** A place of which documents speak, to follow one of them in. Its folders stand for those at the root of a reader's machine. */
export class ScratchWorld {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-documents-')));
  home = join(this.folder, 'home');
  #restic;
  #database;

  constructor() {
    const folders = ['home/Documents/taxes', 'home/Pictures', 'var/backups/app', 'mnt/nas', 'mnt/far', 'srv', 'bin'];
    for (const name of folders) mkdirSync(join(this.folder, name), { recursive: true });
    writeFileSync(join(this.home, 'Documents/notes.md'), 'dear all');
    writeFileSync(join(this.home, 'Documents/taxes/2025.txt'), 'paid');
    this.#restic = lightRestic(join(this.folder, 'bin'), process.env.UMBRA_TEST_RESTIC_0_19_1);
    this.#program('umbra', `exec '${process.execPath}' '${umbra}' "$@"`);
  }

  /** Has PostgreSQL serve a database `app` to those who ask as a reader would. */
  serveDatabase() {
    this.#database = new Postgres();
    this.#database.sql('postgres', 'create database app');
    this.#database.sql(
      'app',
      'create table customers as select n, md5(n::text) as name from generate_series(1, 1000) n',
    );
    const variables = Object.entries(this.#database.env).map(([name, value]) => `${name}='${value}'`);
    for (const name of ['pg_dump', 'pg_restore', 'createdb', 'psql'])
      this.#program(name, `exec env ${variables.join(' ')} '${this.#database.program(name)}' "$@"`);
  }

  /** Puts a configuration in its place. */
  configure(text) {
    writeFileSync(join(this.home, 'umbra.yaml'), this.#moved(text), { mode: 0o600 });
  }

  /** Types a command, as a reader would at home. Throws if it does not end with 0. */
  type(command) {
    const env = {
      HOME: this.home,
      PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`,
      UMBRA_RESTIC: this.#restic,
      UMBRA_CONFIG: join(this.home, 'umbra.yaml'),
      UMBRA_STATE_DIR: join(this.folder, 'state'),
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '',
      NO_COLOR: '1',
      CI: '1',
      ...(process.env.UMBRA_TEST_BORG === undefined ? {} : { UMBRA_BORG: process.env.UMBRA_TEST_BORG }),
    };
    const options = { cwd: this.home, env, encoding: 'utf8', timeout: 110_000 };
    // Who restores in place has lost something.
    if (command.includes('--in-place')) rmSync(join(this.home, 'Documents/taxes/2025.txt'), { force: true });
    const call = this.#moved(command).replace('x-01JD41', () => this.#lastRestore());
    const { status, error, stdout, stderr } = spawnSync('sh', ['-ec', call], options);
    if (status === 0) return stdout;
    throw new Error(`${command}\nends with ${error?.message ?? status}:\n${stdout}${stderr}`);
  }

  /** What documents call `x-01JD41`. */
  #lastRestore() {
    return JSON.parse(this.type('umbra restore --list --json')).restores[0].id;
  }

  #moved(text) {
    return text
      .replaceAll(/(?<![\w/])\/(?:mnt|srv|var\/backups)\//g, (path) => this.folder + path)
      .replaceAll('npm run umbra -- ', 'umbra ');
  }

  #program(name, text) {
    writeFileSync(join(this.folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(this.folder, 'bin', name), 0o755);
  }

  [Symbol.dispose]() {
    this.#database?.[Symbol.dispose]();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
