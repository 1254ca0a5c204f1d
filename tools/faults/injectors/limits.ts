import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { where } from './injector.ts';

/** As `prlimit` names them: descriptors, processes, bytes of a file, bytes of address space. */
export type Limits = Partial<Readonly<Record<'nofile' | 'nproc' | 'fsize' | 'as', number>>>;

const flagsOf = (limits: Limits): readonly string[] =>
  Object.entries(limits).map(([name, value]) => `--${name}=${value}:${value}`);

/** The command that runs another one within limits. */
export const within = (limits: Limits, ...command: readonly string[]): readonly string[] => [
  'prlimit',
  ...flagsOf(limits),
  ...command,
];

/** Puts a process that runs within limits, which may be raised again: the hard ones stay as they are. */
export const limit = (pid: number, limits: Limits): void => {
  const flags = Object.entries(limits).map(([name, value]) => `--${name}=${value}:`);
  execFileSync('prlimit', [`--pid=${pid}`, ...flags], { stdio: 'ignore' });
};

/** A program at `place` that is `program` within limits. */
export function limitedProgram(place: string, program: string, limits: Limits): string {
  writeFileSync(place, `#!/bin/sh\nexec ${within(limits, `'${program}'`).join(' ')} "$@"\n`, { mode: 0o755 });
  return place;
}

export const limitsOfKernel = where('limits', 'a process has few descriptors, processes, or bytes (prlimit)', () => {
  execFileSync('prlimit', ['--nofile=64:64', 'true'], { stdio: 'ignore' });
});
