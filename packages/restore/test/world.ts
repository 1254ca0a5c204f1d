import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Backend, ProcessTable, RestoreSettings, Snapshot } from '@umbracore/contracts';
import { aBackupSpec, FakeBackend, FakeClock, recordingEvents, recordingLog } from '@umbracore/testkit';
import { Restores, type PreparedRestore, type RestoreRecord, type RestoreRequest } from '../src/index.ts';

const then = 1_600_000_000;
const now = 1_700_000_000;

/** A process table in which only those live that are told to. */
export const processTable = (alive: () => boolean, pids = 'ours'): ProcessTable => ({
  self: () => ({ pid: process.pid, startTime: '1', bootId: 'boot', host: 'here', pids }),
  identify: () => undefined,
  isAlive: alive,
  startedAt: () => undefined,
});

/** A source that was saved and changed since, and restores of it. */
export class World implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'umbra-restores-'));
  readonly source = join(this.folder, 'home', 'docs');
  readonly backend: FakeBackend;
  readonly clock = new FakeClock();
  readonly events = recordingEvents();
  ownerLives = false;
  undo: RestoreSettings | undefined;

  constructor(backend = new FakeBackend()) {
    this.backend = backend;
    mkdirSync(this.source, { recursive: true });
  }

  get restores(): Restores {
    return this.restoresIn('ours');
  }

  /** As a process of this numbering sees them: those of another one it cannot. */
  restoresIn(pids: string): Restores {
    return new Restores({
      dir: join(this.folder, 'state', 'restores'),
      clock: this.clock,
      log: recordingLog(),
      events: this.events,
      processTable: processTable(() => this.ownerLives, pids),
      random: Math.random,
      undo: () => this.undo,
    });
  }

  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(name: string, content: string, seconds = then): string {
    const path = join(this.source, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    utimesSync(path, seconds, seconds);
    return path;
  }

  /** Gives every folder the same time, which writing into it had changed. */
  settle(folder = this.source, seconds = then): void {
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory())) {
      this.settle(join(folder, name), seconds);
    }
    utimesSync(folder, seconds, seconds);
  }

  /** One of each kind, and what became of it since. */
  async saveAndChange(): Promise<Snapshot> {
    this.write('same.txt', 'same');
    this.write('older.txt', 'saved');
    this.write('newer.md', 'saved');
    this.write('gone.txt', 'gone');
    this.write('lost/deep/file.bin', 'lost');
    this.write('lost/empty-file', '');
    this.write('kept/inner.txt', 'inner');
    this.write('kept/gone too', 'gone');
    symlinkSync('/nowhere', join(this.source, 'kept', 'link'));
    chmodSync(join(this.source, 'lost', 'deep'), 0o750);
    this.settle();
    const snapshot = await this.save();
    this.write('older.txt', 'before that', then - 1000);
    chmodSync(join(this.source, 'older.txt'), 0o640);
    this.write('newer.md', 'my work', now);
    unlinkSync(join(this.source, 'gone.txt'));
    unlinkSync(join(this.source, 'kept', 'gone too'));
    unlinkSync(join(this.source, 'kept', 'link'));
    rmSync(join(this.source, 'lost'), { recursive: true });
    this.write('mine.txt', 'mine', now);
    linkSync(join(this.source, 'mine.txt'), join(this.source, 'mine too.txt'));
    this.write('kept/new folder/deep/mine', 'mine', now);
    this.settle(this.source, now);
    return snapshot;
  }

  async save(): Promise<Snapshot> {
    await this.backend.backup(aBackupSpec({ sources: [this.source] }));
    const snapshot = (await this.backend.snapshots()).at(-1);
    if (snapshot === undefined) throw new Error('nothing was saved');
    return snapshot;
  }

  prepare(snapshot: Snapshot, changes: Partial<RestoreRequest> = {}): Promise<PreparedRestore> {
    const wanted = { paths: [], include: [], exclude: [] };
    const request = {
      repository: 'home',
      snapshot,
      wanted,
      target: undefined,
      mode: 'if-newer',
      verify: false,
    } as const;
    return this.restores.prepare(this.backend, { ...request, ...changes });
  }

  async restore(snapshot: Snapshot, changes: Partial<RestoreRequest> = {}): Promise<RestoreRecord> {
    const { restores } = this;
    const { id } = restores.begin(await this.prepare(snapshot, changes));
    return restores.carryOut(id, this.backend);
  }

  [Symbol.dispose](): void {
    // Root may remove what nobody may write to.
    if (process.getuid?.() !== 0) execFileSync('chmod', ['-R', 'u+rwX', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}

/** Everything below a folder with content, rights, owners and times of what is in it, a line each. */
export function portrait(folder: string, { times = true } = {}): readonly string[] {
  const lines = (path: string, shown: string): string[] => {
    const facts = lstatSync(path);
    const time = times ? Math.round(facts.mtimeMs) : '';
    const head = `${shown} ${(facts.mode & 0o7777).toString(8)} ${facts.uid}:${facts.gid} ${time}`;
    if (facts.isSymbolicLink()) return [`${shown} -> ${readlinkSync(path)}`];
    if (!facts.isDirectory()) return [`${head} ${facts.nlink} ${JSON.stringify(readFileSync(path, 'utf8'))}`];
    const names = readdirSync(path).sort();
    return [`${head} /`, ...names.flatMap((name) => lines(join(path, name), join(shown, name)))];
  };
  return lines(folder, '.');
}

/** A backend of which one method is another. */
export const withRestore = (inner: Backend, restore: Backend['restore']): Backend =>
  new Proxy(inner, {
    get(target, name) {
      if (name === 'restore') return restore;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
