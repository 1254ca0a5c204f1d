import { UmbraError, type JobDefinition, type JobId, type Log, type RunId } from '@umbracore/contracts';
import type { KeptRequests } from './kept-requests.ts';
import {
  RunRequest,
  type Awaited,
  type LeftRequest,
  type RequestSources,
  type RunRequestInit,
  type WantedWork,
} from './run-request.ts';

/** So many ended requests are remembered as they were. Older ones are known by the runs that they gave. */
const remembered = 256;

export interface RunRequestsInit {
  /** Asked for anew with each request: the configuration may have changed. */
  readonly sources: () => RequestSources;
  readonly kept: KeptRequests;
  readonly log: Log;
  /** Aborts when the daemon ends. What does not end of itself before goes on with the next one. */
  readonly stopping: AbortSignal;
}

/** The requests of this daemon. The same key never gives two of them. */
export class RunRequests {
  readonly #init: RunRequestsInit;
  readonly #byKey = new Map<string, RunRequest>();
  readonly #open = new Set<RunRequest>();

  constructor(init: RunRequestsInit) {
    this.#init = init;
  }

  /**
   * Begins a request, or gives the one that was begun with the key. Throws `usage.invalid` if that one was another. `extra` is a
   * job that the configuration does not have.
   */
  submit(work: WantedWork, key: string | undefined, extra?: JobDefinition): RunRequest {
    return this.#known(work, key) ?? this.#begin({ work, key }, extra);
  }

  /**
   * The same for a request that nobody waits for. With a key it is kept until it has ended, so that the next daemon goes on with
   * it. Throws `state.busy` if too many are.
   */
  leave(work: WantedWork, key: string | undefined): RunRequest {
    const known = this.#known(work, key);
    if (known !== undefined) return known;
    if (key !== undefined) this.#init.kept.keep({ key, work });
    return this.#beginLeft(work, key, { isAccepted: false, dropped: [] });
  }

  /** Goes on with what was left to an earlier daemon. The runs that it gave have the keys of their requests, and are not given again. */
  goOn(): void {
    for (const { key, work, dropped } of this.#init.kept.left()) {
      if (!this.#byKey.has(key)) this.#beginLeft(work, key, { isAccepted: true, dropped });
    }
  }

  get(key: string): RunRequest | undefined {
    return this.#byKey.get(key);
  }

  /** Ends the run under way of a request cleanly, and begins nothing more of it, whichever daemon is there. */
  cancel(key: string, reason: string): void {
    this.#init.kept.forget(key);
    this.#byKey.get(key)?.cancel(reason);
  }

  /** Begins nothing more of a job. Gives what would have begun. */
  drop(job: JobId, reason = 'asked for'): readonly Awaited[] {
    return [...this.#open].flatMap((request) => {
      const dropped = request.drop(job, reason);
      if (dropped.length > 0 && request.key !== undefined) this.#init.kept.drop(request.key, job);
      return dropped;
    });
  }

  /** What follows these runs in their requests. */
  followOf(runs: readonly RunId[]): readonly Awaited[] {
    const asked = [...this.#open].filter((request) => request.runs.some((id) => runs.includes(id)));
    return asked.flatMap(({ follow }) => follow);
  }

  #known(work: WantedWork, key: string | undefined): RunRequest | undefined {
    const known = key === undefined ? undefined : this.#byKey.get(key);
    return known && sameWork(known, work);
  }

  #beginLeft(work: WantedWork, key: string | undefined, left: Omit<LeftRequest, 'refused'>): RunRequest {
    const { kept, log, stopping } = this.#init;
    const refused: LeftRequest['refused'] = ({ code, message }, of) => {
      // Not so by the next daemon.
      if (stopping.aborted) return;
      log.warn({ request: key, ...of, code }, `left to the daemon, and refused at its turn: ${message}`);
    };
    const request = this.#begin({ work, key, left: { ...left, refused } });
    if (key !== undefined) void request.ended.then(() => stopping.aborted || kept.forget(key));
    return request;
  }

  #begin(init: Omit<RunRequestInit, 'sources'>, extra?: JobDefinition): RunRequest {
    const request = new RunRequest({ sources: withJob(this.#init.sources(), extra), ...init });
    this.#open.add(request);
    void request.ended.then(() => this.#open.delete(request));
    if (init.key !== undefined) this.#remember(init.key, request);
    return request;
  }

  #remember(key: string, request: RunRequest): void {
    this.#byKey.set(key, request);
    for (const [old, { end }] of this.#byKey) {
      if (this.#byKey.size <= remembered) return;
      if (end !== undefined) this.#byKey.delete(old);
    }
  }
}

function withJob(sources: RequestSources, job: JobDefinition | undefined): RequestSources {
  if (job === undefined) return sources;
  const { configuration } = sources;
  return { ...sources, configuration: { ...configuration, jobs: new Map([...configuration.jobs, [job.id, job]]) } };
}

function sameWork(known: RunRequest, work: WantedWork): RunRequest {
  if (JSON.stringify(known.work) === JSON.stringify(work)) return known;
  throw new UmbraError('usage.invalid', 'the idempotency key was used for another request', {
    hint: 'Make a new key for each request, and send the same request with it again.',
  });
}
