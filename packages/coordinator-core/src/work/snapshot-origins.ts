import { isTerminal, runOfTags } from '@umbracore/contracts';
import type { DurationMs, Instant, RunRecord, Snapshot, StateStore } from '@umbracore/contracts';

/**
 * What the history says of the run that made a snapshot. `good` is also what nobody knows anything about: a history that was
 * lost must not make everything doubtful.
 */
export type Reputation = 'good' | 'doubtful' | 'open';

export interface Origin {
  readonly reputation: Reputation;
  /** The history knows its run. */
  readonly isRecorded: boolean;
  /** What is wrong with its date; undefined if it can be right. */
  readonly oddTime: string | undefined;
}

/** By snapshot id. */
export type Origins = ReadonlyMap<string, Origin>;

/** Clocks of other machines may be ahead or behind by so much. */
export const clockSlackMs: DurationMs = 3_600_000;

export async function originsOf(store: StateStore, snapshots: readonly Snapshot[]): Promise<Origins> {
  const origins = new Map<string, Origin>();
  for (const { id, tags, time } of snapshots) {
    const run = runOfTags(tags);
    origins.set(id, originOf(run === undefined ? undefined : await store.run(run), time));
  }
  return origins;
}

/** A snapshot is made while its run goes on: one with another date was made by a wrong clock, or by another hand. */
export function originOf(run: RunRecord | undefined, time: Instant): Origin {
  if (run === undefined) return { reputation: 'good', isRecorded: false, oddTime: undefined };
  const reputation = run.state === 'succeeded' ? 'good' : isTerminal(run.state) ? 'doubtful' : 'open';
  const isEarly = time < run.queuedAt - clockSlackMs;
  const isLate = run.finishedAt !== null && time > run.finishedAt + clockSlackMs;
  const oddTime = isEarly || isLate ? `dated ${isEarly ? 'before its run began' : 'after its run ended'}` : undefined;
  return { reputation, isRecorded: true, oddTime };
}
