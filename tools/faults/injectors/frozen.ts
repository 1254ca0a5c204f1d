import { readFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { everywhere } from './injector.ts';

const isStopped = (pid: number): boolean => / [TZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

/** Stops a process, and resolves once it does nothing more. It stays so until SIGCONT or SIGKILL. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!isStopped(pid)) await after(1);
}

export const thaw = (pid: number): boolean => process.kill(pid, 'SIGCONT');

export const frozen = everywhere('frozen process', 'a process stands still until it is let go on (SIGSTOP)');
