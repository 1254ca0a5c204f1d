import { hostname } from 'node:os';
import { addLock } from '../../testing/light-key.mjs';
import { everywhere } from './injector.ts';

/** Who is said to have a lock, and since when. */
export interface PlantedLock {
  readonly pid: number;
  readonly host?: string;
  /** Milliseconds that it is old; less than zero: dated in the future. */
  readonly ageMs?: number;
  readonly exclusive?: boolean;
}

/** A lock of restic's as its owner would have left it, in a repository whose master key is known. */
export function plantLock(
  repository: string,
  master: Uint8Array,
  { pid, host = hostname(), ageMs = 0, exclusive = true }: PlantedLock,
): string {
  const time = new Date(Date.now() - ageMs).toISOString();
  return addLock(repository, master, { time, exclusive, hostname: host, username: 'test', pid, uid: 0, gid: 0 });
}

/** A process number that nobody has: greater than the kernel gives. */
export const nobodysPid = 2 ** 22 + 1;

export const staleLocks = everywhere(
  'planted locks',
  'a repository has a lock of somebody who is dead, elsewhere or unknown',
);
