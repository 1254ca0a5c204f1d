import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHere, where } from './injector.ts';

interface Hierarchy {
  readonly folder: string;
  readonly freeze: readonly [file: string, text: string];
  readonly thaw: readonly [file: string, text: string];
  /** Whether nothing in a group moves any more. */
  isFrozen(group: string): boolean;
}

const lines = (file: string): readonly string[] => readFileSync(file, 'utf8').split('\n');

/** Where the hierarchy that freezes is mounted, and this process in it. */
function hierarchy(): Hierarchy {
  const mounts = lines('/proc/self/mountinfo').map((line) => {
    const [fields = '', more = ''] = line.split(' - ');
    const [type, , options = ''] = more.split(' ');
    return { point: fields.split(' ')[4] ?? '', type, options: options.split(',') };
  });
  const pathOf = (form: RegExp): string | undefined =>
    lines('/proc/self/cgroup')
      .find((line) => form.test(line))
      ?.replace(/^[^:]*:[^:]*:/, '');
  const [first, second] = [pathOf(/^\d+:(?:[^:]*,)?freezer(?:,[^:]*)?:/), pathOf(/^0::/)];
  const one = mounts.find(({ type, options }) => type === 'cgroup' && options.includes('freezer'));
  if (first !== undefined && one !== undefined) {
    return {
      folder: join(one.point, first),
      freeze: ['freezer.state', 'FROZEN'],
      thaw: ['freezer.state', 'THAWED'],
      isFrozen: (group) => readFileSync(join(group, 'freezer.state'), 'utf8').trim() === 'FROZEN',
    };
  }
  const two = mounts.find(({ type }) => type === 'cgroup2');
  if (second === undefined || two === undefined) throw new Error('no hierarchy of control groups freezes here');
  return {
    folder: join(two.point, second),
    freeze: ['cgroup.freeze', '1'],
    thaw: ['cgroup.freeze', '0'],
    isFrozen: (group) => readFileSync(join(group, 'cgroup.events'), 'utf8').includes('frozen 1'),
  };
}

/**
 * A group of processes that stands still as the machine does when it is suspended: all at one moment, nobody is told, and no signal
 * gets through. Whoever is disposed lets them go on.
 */
export class Freezer implements Disposable {
  readonly #of: Hierarchy = hierarchy();
  readonly #group = join(this.#of.folder, `umbra-frozen-${process.pid}-${(count += 1)}`);

  constructor() {
    mkdirSync(this.#group);
  }

  /** With whatever they start from now on. */
  take(...pids: readonly number[]): void {
    for (const pid of pids) this.#write(this.#group, ['cgroup.procs', String(pid)]);
  }

  freeze(): void {
    this.#write(this.#group, this.#of.freeze);
    const end = performance.now() + 10_000;
    while (!this.#of.isFrozen(this.#group)) {
      if (performance.now() > end) throw new Error('a group of processes does not stand still');
      this.#write(this.#group, this.#of.freeze);
    }
  }

  thaw(): void {
    this.#write(this.#group, this.#of.thaw);
  }

  #write(group: string, [file, text]: readonly [string, string]): void {
    writeFileSync(join(group, file), text);
  }

  [Symbol.dispose](): void {
    this.thaw();
    const left = (): readonly string[] => lines(join(this.#group, 'cgroup.procs')).filter(Boolean);
    for (let pids = left(); pids.length > 0; pids = left()) {
      for (const pid of pids) this.#giveBack(pid);
    }
    rmdirSync(this.#group);
  }

  /** It may end at this moment. */
  #giveBack(pid: string): void {
    try {
      this.#write(this.#of.folder, ['cgroup.procs', pid]);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

let count = 0;

export const freezers = where(
  'freezer',
  'a group of processes stands still at one moment, and no signal gets through (control groups)',
  () => {
    using freezer = new Freezer();
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      freezer.take(child.pid ?? 0);
      freezer.freeze();
    } finally {
      freezer.thaw();
      child.kill('SIGKILL');
    }
  },
);

export const canFreeze = isHere(freezers);
