import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { unprivileged, whyNoServer } from './unprivileged.ts';

const server = process.env['UMBRA_TEST_POSTGRES'] ?? '';

/** Why there is no server to test with; empty if there is one. */
export const noPostgres = whyNoServer('PostgreSQL', server) || (hasName() ? '' : 'PostgreSQL wants a user with a name');

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

/** A PostgreSQL server with data of its own, that is asked by a socket and wants a password. */
export class Postgres implements Disposable {
  /** The folder with its socket. */
  readonly folder = mkdtempSync(join(tmpdir(), 'umbra-postgres-'));
  readonly user = 'keeper';
  readonly password = 'tables and rows 7f3a';

  constructor() {
    const data = join(this.folder, 'data');
    const passwordFile = join(this.folder, 'password');
    writeFileSync(passwordFile, this.password);
    if (unprivileged.uid !== undefined) chownSync(this.folder, unprivileged.uid, unprivileged.gid);
    const how = ['--auth=scram-sha-256', `--pwfile=${passwordFile}`, `--username=${this.user}`];
    this.#own('initdb', '-D', data, '--no-sync', '--no-locale', '--encoding=UTF8', ...how);
    // Nothing it holds outlives the test.
    const settings = [
      'fsync=off',
      'listen_addresses=',
      `unix_socket_directories=${this.folder}`,
      'shared_buffers=16MB',
    ];
    const options = settings.map((setting) => `-c ${setting}`).join(' ');
    this.#own('pg_ctl', '-D', data, '-o', options, '-l', join(this.folder, 'log'), '--wait', 'start');
  }

  #own(name: string, ...args: readonly string[]): void {
    execFileSync(this.program(name), args, { ...unprivileged, cwd: this.folder, stdio: 'ignore' });
  }

  /** Where one of its programs is. */
  program(name: string): string {
    return join(dirname(server), name);
  }

  /** What tells its programs where it is and who asks. */
  get env(): Readonly<Record<string, string>> {
    return { PGHOST: this.folder, PGUSER: this.user, PGPASSWORD: this.password };
  }

  /** What `psql` answers in a database, a line for each row. */
  sql(database: string, text: string): string {
    const args = ['-qAtX', '-v', 'ON_ERROR_STOP=1', '-d', database];
    return execFileSync(this.program('psql'), args, { env: this.env, input: text, encoding: 'utf8' });
  }

  [Symbol.dispose](): void {
    this.#own('pg_ctl', '-D', join(this.folder, 'data'), '--mode=immediate', 'stop');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
