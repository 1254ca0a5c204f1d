import type { Progress } from './operation.ts';
import type { ErrorRecord } from './errors.ts';
import type { JobId, RepositoryName } from './job.ts';
import type { ProcessIdentity } from './processes.ts';
import type { RestoreEvent } from './restore.ts';
import type { RunId, RunRecord, VerificationRecord } from './run.ts';
import type { StateAlarm } from './state-store.ts';
import type { ThrottleState } from './throttle.ts';
import type { DurationMs, Instant } from './time.ts';
import type { RepositoryWorkEvent } from './works.ts';

/** What every event of a run tells. */
export interface RunEvent {
  readonly time: Instant;
  readonly run: RunId;
  readonly job: JobId;
  readonly repository: RepositoryName;
  /** The chain run that asked for the run; absent outside of chains. */
  readonly parent?: RunId | null | undefined;
  /** Which node of that chain it is a run of; absent outside of chains. */
  readonly node?: string | undefined;
}

/** Progress of a run with what can be derived from its course. */
export interface RunProgress extends Progress {
  /** Mean over the last seconds; undefined while unknown. */
  readonly bytesPerSecond: number | undefined;
  readonly etaSeconds: number | undefined;
}

/** Everything that programs and users are told. Never holds a secret. */
export type UmbraEvent =
  | (RunEvent & { readonly type: 'run.queued' })
  /** A run that is not recorded yet: it begins when the one that it is behind has ended. */
  | (RunEvent & { readonly type: 'run.waiting'; readonly behind: RunId })
  /** Whether its owner, or an engine that he left, still works cannot be seen from here: a sign of life is waited for, so long at most. */
  | (RunEvent & {
      readonly type: 'run.doubted';
      readonly owner: Pick<ProcessIdentity, 'pid' | 'host'>;
      readonly waitMs: DurationMs;
    })
  | (RunEvent & { readonly type: 'run.started'; readonly attempt: number; readonly maxAttempts: number })
  | (RunEvent & { readonly type: 'run.adopted'; readonly attempt: number })
  | (RunEvent & { readonly type: 'run.progress'; readonly progress: RunProgress })
  | (RunEvent & {
      readonly type: 'run.note';
      readonly line: string;
      /** True of what a person should know of, whether notes were asked for or not. */
      readonly attention?: boolean | undefined;
    })
  /** Something else holds it back from now on, or nothing does any more. */
  | (RunEvent & { readonly type: 'run.throttled'; readonly throttle: ThrottleState })
  | (RunEvent & { readonly type: 'run.verified'; readonly verification: VerificationRecord })
  | (RunEvent & {
      readonly type: 'run.retrying';
      /** The one that comes next. */
      readonly attempt: number;
      readonly retryAt: Instant;
      readonly error: ErrorRecord;
    })
  | (RunEvent & { readonly type: 'run.cancelling'; readonly reason: string })
  | (RunEvent & { readonly type: 'run.finished'; readonly record: RunRecord })
  | RestoreEvent
  | RepositoryWorkEvent
  | {
      readonly type: 'locks.healed';
      readonly time: Instant;
      readonly repository: RepositoryName;
      readonly locks: readonly string[];
    }
  // One type each: an event of several types would not be found by any of them.
  | { readonly type: 'job.stale'; readonly time: Instant; readonly job: JobId; readonly text: string }
  /** It is not any more. */
  | { readonly type: 'job.recovered'; readonly time: Instant; readonly job: JobId; readonly text: string }
  | { readonly type: 'config.reloaded'; readonly time: Instant; readonly file: string | null }
  /** The new configuration was refused; the last good one stays in force. */
  | { readonly type: 'config.refused'; readonly time: Instant; readonly error: ErrorRecord }
  /** The wall clock moved by `byMs` beside the monotonic one: it was set, or the machine slept. */
  | { readonly type: 'clock.jumped'; readonly time: Instant; readonly byMs: number }
  /** The scheduler found something about itself that must not be, and mended it. */
  | { readonly type: 'schedule.repaired'; readonly time: Instant; readonly job: JobId; readonly text: string }
  | { readonly type: 'state.alarm'; readonly time: Instant; readonly alarm: StateAlarm };

export type EventType = UmbraEvent['type'];
export type EventOf<T extends EventType> = Extract<UmbraEvent, { readonly type: T }>;

/**
 * Tells everybody who listens. Publishing never throws and never blocks; a listener that throws is left alone.
 * A slow reader of `stream` loses events of progress, which `isProgress` knows, never others.
 */
export interface EventStream {
  publish(event: UmbraEvent): void;
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): Disposable;
  onAny(listener: (event: UmbraEvent) => void): Disposable;
  /** From now on, until the signal aborts. */
  stream(signal?: AbortSignal): AsyncIterable<UmbraEvent>;
}

/** True for what is out of date as soon as there is the next one of its kind. */
export const isProgress = (event: UmbraEvent): event is Extract<UmbraEvent, { readonly type: `${string}.progress` }> =>
  event.type.endsWith('.progress');
