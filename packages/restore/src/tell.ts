import type { Clock, EventStream, Log, Progress, RestoreEvent, UmbraError } from '@umbracore/contracts';
import type { Undone } from './apply/undo.ts';
import type { RestoreRecord } from './journal/record.ts';

/** Progress is told no more often. */
const everyMs = 250;

export interface TellOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventStream;
}

type Told<T> = T extends RestoreEvent ? Omit<T, 'time' | 'restore' | 'repository'> : never;

/** Tells everybody, and the log, what becomes of a restore. */
export function tellOf(
  { clock, log, events }: TellOptions,
  { id, repository, snapshot, target, stages }: RestoreRecord,
) {
  const publish = (event: Told<RestoreEvent>): void =>
    events.publish({ ...event, time: clock.now(), restore: id, repository });
  return {
    begun(): void {
      const resumed = stages.some(({ folder }) => folder !== '');
      log.info({ restore: id, repository, snapshot, target, resumed }, 'restore under way');
      publish({ type: 'restore.begun', snapshot, target, resumed });
    },
    progress(next: ((progress: Progress) => void) | undefined): (progress: Progress) => void {
      let toldAt = -Infinity;
      return (progress) => {
        next?.(progress);
        if (clock.monotonicMs() - toldAt < everyMs) return;
        toldAt = clock.monotonicMs();
        publish({ type: 'restore.progress', progress });
      };
    },
    finished({ outcome, verify, keepUntil }: RestoreRecord): void {
      if (outcome === null) return;
      log.info({ restore: id, counts: outcome.counts, failed: outcome.failedCount }, 'restored');
      publish({ type: 'restore.finished', target, verified: verify, outcome, undoUntil: keepUntil });
    },
    stopped(error: UmbraError): void {
      log.warn({ restore: id, error: error.message }, 'restore not at its end');
      publish({ type: 'restore.stopped', error: error.toRecord() });
    },
    undone({ putBack, removed, leftCount }: Undone): void {
      log.info({ restore: id, putBack, removed, left: leftCount }, 'restore taken back');
      publish({ type: 'restore.undone', putBack, removed, leftCount });
    },
  };
}
