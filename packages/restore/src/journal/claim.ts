import { readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isInSightOf,
  UmbraError,
  type Clock,
  type DurationMs,
  type Instant,
  type ProcessIdentity,
  type ProcessTable,
} from '@umbracore/contracts';

/** So often a worker sets the time of its file: who cannot see it knows by that alone whether it lives. */
const beatMs: DurationMs = 5000;
const silentMs: DurationMs = 12 * beatMs;

export interface WorkerSight {
  readonly processTable: ProcessTable;
  readonly clock: Pick<Clock, 'now'>;
}

/** Makes one process the only one that works on a restore, until disposed. Throws `job.already-running`. */
export function claim(folder: string, id: string, sight: WorkerSight & { readonly clock: Clock }): Disposable {
  const { processTable, clock } = sight;
  const file = join(folder, 'owner.json');
  const text = JSON.stringify(processTable.self());
  for (let attempt = 1; ; attempt += 1) {
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
      beat(file, clock);
      const beating = clock.every(beatMs, () => beat(file, clock));
      return {
        [Symbol.dispose]() {
          beating[Symbol.dispose]();
          unlinkSync(file);
        },
      };
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST' || attempt > 3) throw error;
    }
    const owner = workerOn(folder, sight);
    if (owner !== undefined) {
      const isSeen = isInSightOf(processTable.self(), owner);
      const where = isSeen ? '' : ` on ${owner.host}, which cannot be seen from here`;
      throw new UmbraError(
        'job.already-running',
        `the restore ${id} is being worked on by process ${owner.pid}${where}`,
        {
          hint: isSeen
            ? 'Wait for it, or end that process; what is done by then stays known.'
            : 'Wait for it. If it has ended, the restore is free a minute after that.',
        },
      );
    }
    unlinkSync(file);
  }
}

/** The process that works on a restore; undefined if none does. One that cannot be seen counts as long as its file is new. */
export function workerOn(folder: string, { processTable, clock }: WorkerSight): ProcessIdentity | undefined {
  const file = join(folder, 'owner.json');
  const owner = ownerIn(file);
  if (owner === undefined) return undefined;
  const isAlive = isInSightOf(processTable.self(), owner) ? processTable.isAlive(owner) : isNew(file, clock.now());
  return isAlive ? owner : undefined;
}

function isNew(file: string, now: Instant): boolean {
  const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return changedAt !== undefined && Math.abs(now - changedAt) <= silentMs;
}

/** What cannot be written must not end a restore: who sees the worker does not ask for it. */
function beat(file: string, clock: Pick<Clock, 'now'>): void {
  try {
    const now = clock.now() / 1000;
    utimesSync(file, now, now);
  } catch {
    // The next one may succeed.
  }
}

/** Undefined if there is none, or it died while it wrote this. */
function ownerIn(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
