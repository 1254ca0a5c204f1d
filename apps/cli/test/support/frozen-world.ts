import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { btrfs, DiskWorld, makeBtrfs, mountsBelow } from './disk-world.ts';
import { expectNothingLeft } from './privileged-run.ts';
import { until, type Started } from './world.ts';

/** A world whose source is a subvolume of a real btrfs, and whose job reads it from a snapshot. */
export class FrozenWorld extends DiskWorld {
  readonly kept = join(this.place, 'kept');

  constructor(jobLines = '') {
    super(makeBtrfs);
    try {
      execFileSync('mount', ['-o', 'loop', this.image, this.place]);
      mkdirSync(this.kept);
      execFileSync(btrfs, ['subvolume', 'create', this.data], { stdio: 'ignore' });
      writeFileSync(join(this.data, 'file'), 'as it was', { mode: 0o600 });
      const lines = `    privileged: true\n    snapshot: btrfs\n    verify: { afterBackup: none }\n${jobLines}`;
      this.configure(lines, { sources: [this.data] });
      this.allow();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  get data(): string {
    return join(this.place, 'data');
  }

  allow(change: Readonly<Record<string, unknown>> = {}): void {
    const job = { repositories: ['home'], sources: [this.data], snapshot: 'btrfs', ...change };
    this.writePolicy({
      path: [dirname(btrfs), '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
      jobs: { documents: job },
      volumes: { data: { kind: 'btrfs', subvolume: this.data, folder: this.kept } },
    });
  }

  /** A run whose engine reads for long, and has begun to. */
  async reading(): Promise<Started> {
    writeFileSync(join(this.data, 'large'), randomBytes(2_000_000));
    const run = this.start(['run', 'documents', '--verbose', '--verbose']);
    await until('the engine has its lock', () => this.locks().length > 0);
    return run;
  }

  /** All that is there of a snapshot, for those who look whether it was taken back. */
  remains(): Readonly<Record<string, readonly unknown[]>> {
    const mounts = mountsBelow(this.place).filter((place) => place !== this.place);
    return { snapshots: readdirSync(this.kept), holders: this.holders(), mounts, notes: this.#notes() };
  }

  #notes(): readonly string[] {
    const folders = ['helper-state', 'helper-state-volumes'].map((state) => this.at(state, 'frozen'));
    return folders.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  }

  /** Those by whom the snapshot is seen in the place of the source. */
  holders(): readonly number[] {
    const seen = (line: string): boolean => line.includes('/kept/umbra-') && line.includes(` ${this.data} `);
    return pids().filter((pid) => readIfThere(`/proc/${pid}/mountinfo`).split('\n').some(seen));
  }

  override [Symbol.dispose](): void {
    for (const pid of this.holders()) process.kill(pid, 'SIGKILL');
    super[Symbol.dispose]();
  }
}

const pids = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Nothing of a snapshot is anywhere, and nobody holds a view. */
export function expectThawed(world: FrozenWorld): void {
  expectNothingLeft(world);
  expect(world.remains()).toEqual({ snapshots: [], holders: [], mounts: [], notes: [] });
}
