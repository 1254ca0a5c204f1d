import { runTag, toUmbraError } from '@umbracore/contracts';
import type { Backend, Clock, DurationMs, RunId, Snapshot } from '@umbracore/contracts';
import { within } from './within.ts';

/** A dead file server can hold an engine for a quarter of an hour; an answer that takes so long is none. */
const answerMs: DurationMs = 120_000;

/** Pauses between the tries to get an answer: after a restart the network may need a moment. */
const pausesMs: readonly DurationMs[] = [2000, 10_000];

/**
 * The snapshot that a run made: what the repository says is the truth. The oldest one, should there ever be two. Asks a
 * few times, for much depends on it, and rejects if the repository could not be asked.
 */
export async function findSnapshot(
  backend: Backend,
  run: RunId,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Snapshot | undefined> {
  for (const pauseMs of [...pausesMs, undefined]) {
    try {
      const ask = (inner: AbortSignal) => backend.snapshots({ tags: [runTag(run)] }, { signal: inner });
      return (await within(clock, answerMs, signal, ask))[0];
    } catch (error) {
      signal?.throwIfAborted();
      if (pauseMs === undefined || !toUmbraError(error).retryable) throw error;
      await clock.sleep(pauseMs, signal);
    }
  }
  return undefined;
}

/** Whether the repository holds the snapshot; undefined if it could not be asked. Rejects only if `signal` aborts. */
export async function confirmSnapshot(
  backend: Backend,
  snapshot: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    return await within(clock, answerMs, signal, (inner) => backend.holds(snapshot, { signal: inner }));
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
