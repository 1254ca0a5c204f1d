import { readFileSync } from 'node:fs';

/** The letter by which the kernel says what a process is about, such as T for one that stands still; undefined if it is gone. */
export function stateOf(pid: number): string | undefined {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1];
  } catch {
    return undefined;
  }
}
