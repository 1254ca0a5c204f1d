import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from './compiled.ts';
import { isHere, where } from './injector.ts';

const source = join(import.meta.dirname, 'failing-calls.c');

const library = (): string => compiled(source, '-shared', '-fPIC');

/** From which call on, how many of them, and what happens to them. */
export interface Fate {
  readonly first: number;
  readonly count?: number;
  readonly what: 'die-before' | 'die-after' | 'halve' | 'EINTR' | 'EIO' | 'ENOSPC' | 'EROFS' | 'ESTALE';
}

/** Calls of a program that change files below a folder, told by file what becomes of them: also while it runs. */
export class FailingCalls {
  readonly #control: string;
  #generation = 0;
  readonly env: Readonly<Record<string, string>>;

  constructor(below: string, control: string) {
    this.#control = control;
    this.env = { LD_PRELOAD: library(), INJECT_BELOW: below, INJECT_CONTROL: control };
    this.clear();
  }

  /** Counting begins anew. */
  set({ first, count = 1, what }: Fate): void {
    const code = what.startsWith('E') ? constants.errno[what as keyof typeof constants.errno] : 0;
    this.#tell(`${what.startsWith('E') ? 'fail' : what} ${first} ${count} ${code}`);
  }

  /** Nothing happens to any call. */
  clear(): void {
    this.#tell('none 0 0 0');
  }

  /** Calls so far. */
  get count(): number {
    return Number(readFileSync(`${this.#control}.count`, 'utf8').split('\n')[0]);
  }

  #tell(text: string): void {
    rmSync(`${this.#control}.count`, { force: true });
    writeFileSync(`${this.#control}.new`, `${(this.#generation += 1)} ${text}\n`);
    renameSync(`${this.#control}.new`, this.#control);
  }
}

export const failingCalls = where(
  'failing calls',
  'the n-th write or sync of a process fails, is done by halves, or is its last (a preloaded library)',
  () => {
    const place = mkdtempSync(join(tmpdir(), 'umbra-calls-'));
    try {
      const calls = new FailingCalls(place, join(place, 'control'));
      calls.set({ first: 1, what: 'EROFS' });
      const script = `try { require('fs').writeFileSync(process.argv[1], 'x') } catch (e) { process.stdout.write(e.code) }`;
      const args = ['-e', script, join(place, 'file')];
      const said = execFileSync(process.execPath, args, { env: { ...calls.env }, encoding: 'utf8' });
      if (said !== 'EROFS') throw new Error('Node does not take its calls from a preloaded library here');
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
);

export const canFailCalls = isHere(failingCalls);
