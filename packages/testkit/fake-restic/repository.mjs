import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A failure as restic 0.19 tells it: one JSON line at the end of standard error. */
export class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export const randomId = () => randomBytes(32).toString('hex');
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** A repository in a folder: a config, and one JSON file for each snapshot and lock. No data is kept. */
export class Repository {
  constructor(location) {
    this.location = location;
  }

  create(password) {
    if (existsSync(this.#at('config'))) {
      throw new Failure(1, `Fatal: Fatal: create repository at ${this.location} failed: config file already exists`);
    }
    for (const name of ['snapshots', 'locks']) mkdirSync(this.#at(name), { recursive: true });
    const config = { version: 2, id: randomId(), chunker_polynomial: '36bfa8987bf485' };
    this.#write('config', { ...config, password: hash(password) });
    return config;
  }

  open(password) {
    if (!existsSync(this.#at('config'))) {
      const reason = `unable to open config file: stat ${this.#at('config')}: no such file or directory`;
      const question = `Is there a repository at the following location?\n${this.location}`;
      throw new Failure(10, `Fatal: repository does not exist: ${reason}\n${question}`);
    }
    const { password: expected, ...config } = this.#read('config');
    if (hash(password) !== expected) throw new Failure(12, 'Fatal: wrong password or no key found');
    return config;
  }

  /** Oldest first. */
  snapshots() {
    const all = readdirSync(this.#at('snapshots')).map((id) => this.#read('snapshots', id));
    return all.sort((one, other) => (one.snapshot.time < other.snapshot.time ? -1 : 1));
  }

  keep(saved) {
    this.#write('snapshots', saved.snapshot.id, saved);
  }

  forget(id) {
    rmSync(this.#at('snapshots', id));
  }

  locks() {
    return readdirSync(this.#at('locks')).map((id) => ({ id, lock: this.#read('locks', id) }));
  }

  /** Takes a shared lock, as a backup does, or fails if somebody holds an exclusive one. */
  lock(lock) {
    const other = this.locks().find(({ lock: held }) => held.exclusive || lock.exclusive);
    if (other) {
      const { pid, hostname, username, time } = other.lock;
      throw new Failure(
        11,
        'unable to create lock in backend: repository is already locked' +
          `${other.lock.exclusive ? ' exclusively' : ''} by PID ${pid} on ${hostname} by ${username} (UID 0, GID 0)\n` +
          `lock was created at ${time} (1s ago)\nstorage ID ${other.id.slice(0, 8)}\n` +
          'the `unlock` command can be used to remove stale locks',
      );
    }
    const id = randomId();
    this.#write('locks', id, lock);
    return () => rmSync(this.#at('locks', id), { force: true });
  }

  #at(...names) {
    return join(this.location, ...names);
  }

  #read(...names) {
    return JSON.parse(readFileSync(this.#at(...names), 'utf8'));
  }

  #write(...namesAndValue) {
    const value = namesAndValue.pop();
    writeFileSync(this.#at(...namesAndValue), JSON.stringify(value), { mode: 0o600 });
  }
}
