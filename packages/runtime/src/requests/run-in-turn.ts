import {
  toUmbraError,
  type JobId,
  type RunId,
  type RunOptions,
  type RunRecord,
  type UmbraError,
} from '@umbracore/contracts';
import type { RunHandle, RunRequest } from '@umbracore/coordinator-core';
import type { Runtime } from '../compose.ts';

/** Told of what happens while jobs run in turn. */
export interface TurnListener {
  /** A job was refused, or its run on one of its repositories; the next one follows when this is done with. */
  refused(error: UmbraError): Promise<void> | void;
  /** The runs that are under way now; the list is completed while they are. */
  began?(runs: readonly RunId[]): void;
}

/** A job with what is asked of its runs. */
export type TurnRequest = RunRequest & { readonly job: JobId };

/**
 * Runs jobs one after the other; one that is refused does not stop the next. After `signal` aborts the run under way is
 * cancelled for its reason, a text, and nothing more is begun. Gives the runs that there were.
 */
export async function runInTurn(
  { coordinator }: Pick<Runtime, 'coordinator'>,
  requests: readonly TurnRequest[],
  options: RunOptions,
  { signal, ...listener }: TurnListener & { readonly signal: AbortSignal },
): Promise<readonly RunRecord[]> {
  const ended: RunRecord[] = [];
  for (const { job, ...request } of requests) {
    if (signal.aborted) break;
    try {
      const handle = coordinator.runBackupJob(job, {
        ...options,
        ...request,
        refused: (error) => listener.refused(error),
      });
      listener.began?.(handle.runIds);
      ended.push(...(await recordsOf(handle, signal)));
    } catch (thrown) {
      await listener.refused(toUmbraError(thrown));
    }
  }
  return ended;
}

/** All runs of a handle, cancelled when somebody interrupts. */
async function recordsOf(handle: RunHandle, signal: AbortSignal): Promise<readonly RunRecord[]> {
  const cancel = (): void => handle.cancel(typeof signal.reason === 'string' ? signal.reason : undefined);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return (await handle.all()).map(({ record }) => record);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
