import { UmbraError } from '@umbracore/contracts';
import type { JobId, RepositoryName, RunId, RunProgress } from '@umbracore/contracts';
import { worstOf } from './backup-run.ts';
import type { BackupRun } from './backup-run.ts';

/** Progress with the run that makes it. */
export type BackupProgress = RunProgress & {
  readonly runId: RunId;
  readonly jobId: JobId;
  readonly repository: RepositoryName;
};

/** What the coordinator gives to a handle, and takes from it. */
export interface RunHandleSource {
  /** The ids as far as they are known; one for each repository, in order. */
  readonly runIds: readonly RunId[];
  readonly runs: Promise<readonly BackupRun[]>;
  readonly cancel: (reason: string) => void;
  readonly listen: (listener: (progress: BackupProgress) => void) => Disposable;
}

/**
 * The runs that one call asked for. Awaiting it gives the run that went worst, iterating gives progress until all have
 * ended: the newest report whenever the reader is ready, so that a slow one holds nothing up. It rejects only for misuse.
 */
export class RunHandle implements PromiseLike<BackupRun>, AsyncIterable<BackupProgress> {
  readonly #source: RunHandleSource;

  constructor(source: RunHandleSource) {
    this.#source = source;
    // Somebody who only iterates sees the error there; it must not end the process as unhandled.
    source.runs.catch(() => {});
  }

  get runIds(): readonly RunId[] {
    return this.#source.runIds;
  }

  /** Every run, in the order of the job's repositories. */
  all(): Promise<readonly BackupRun[]> {
    return this.#source.runs;
  }

  /** Ends the engine cleanly; the runs then resolve with the outcome `cancelled`. */
  cancel(reason = 'asked for'): void {
    this.#source.cancel(reason);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what a handle is for
  then<A = BackupRun, B = never>(
    onFulfilled?: ((run: BackupRun) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const worst = this.#source.runs.then((runs) => {
      const run = worstOf(runs);
      if (run === undefined) throw new UmbraError('internal', 'The job made no run');
      return run;
    });
    return worst.then(onFulfilled, onRejected);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<BackupProgress> {
    let newest: BackupProgress | undefined;
    let ended = false;
    let wake = (): void => {};
    using _listening = this.#source.listen((progress) => {
      newest = progress;
      wake();
    });
    const end = (): void => {
      ended = true;
      wake();
    };
    this.#source.runs.then(end, end);
    for (;;) {
      if (newest !== undefined) {
        const progress = newest;
        newest = undefined;
        yield progress;
      } else if (ended) {
        await this.#source.runs;
        return;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  }
}
