import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog, type Clock, type EngineCommand } from '@umbracore/contracts';
import { createEngineProcesses } from '@umbracore/engine-process';
import { expect } from 'vitest';
import { usualPatience, type Patience, type Program } from '../src/index.ts';

const realClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) => sleep(delayMs, undefined, signal && { signal }),
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};

export const processes = createEngineProcesses({ clock: realClock, log: silentLog });

/** A plug-in of a command. */
export const programOf = (command: EngineCommand, patience: Partial<Patience> = {}): Program => ({
  name: 'strange',
  command,
  processes,
  clock: realClock,
  log: silentLog,
  patience: { ...usualPatience, leaveMs: 200, ...patience },
});

/** A plug-in of a few lines of shell that have read their request as `$request`. */
export const shell = (text: string, patience?: Partial<Patience>, ...args: readonly string[]): Program =>
  programOf(
    {
      program: '/bin/sh',
      args: ['-c', `read -r request; ${text}`, 'plug-in', ...args],
      env: { PATH: '/usr/bin:/bin' },
      cwd: '/',
    },
    patience,
  );

/** A text that is nowhere else, by which the processes of one test are found. */
export const newMark = (): string => `umbra-mark-${process.pid}-${Math.random().toString(36).slice(2)}`;

/** Pids of the living processes that have `mark` in their arguments. */
export function marked(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => commandLine(pid).includes(mark))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

/** Waits until a condition gives something, and fails if it does not. */
export async function eventually<T>(look: () => T | undefined | false, what: string): Promise<T> {
  for (const start = performance.now(); performance.now() - start < 60_000;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await sleep(10);
  }
  return expect.fail(`${what}: not within a minute`);
}
