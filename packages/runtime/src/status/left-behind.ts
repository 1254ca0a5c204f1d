import { readFileSync } from 'node:fs';
import type { Instant, Lease, RunRecord } from '@umbracore/contracts';

/** Somebody who has just asked for a run needs a moment to begin. */
const graceMs = 10_000;

/** True if nobody works on a run that has not ended. A hint for people: recovery proves it before it touches anything. */
export function isLeftBehind(run: RunRecord, lease: Lease | undefined, now: Instant): boolean {
  // A run that waits for its next try is held by nobody, and that is right.
  if (lease === undefined) return run.state !== 'retrying' && now - run.queuedAt > graceMs;
  return lease.until <= now || (lease.owner.bootId === currentBoot() && !exists(lease.owner.pid));
}

function currentBoot(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** One that may not be signalled exists as well. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
