import { UmbraError, type JobDefinition } from '@umbracore/contracts';
import { RunRequest, type RequestSources, type WantedWork } from './run-request.ts';

/** So many ended requests are remembered as they were. Older ones are known by the runs that they gave. */
const remembered = 256;

/** The requests of this daemon. The same key never gives two of them. */
export class RunRequests {
  readonly #sources: () => RequestSources;
  readonly #byKey = new Map<string, RunRequest>();

  /** The sources are asked for anew with each request: the configuration may have changed. */
  constructor(sources: () => RequestSources) {
    this.#sources = sources;
  }

  /**
   * Begins a request, or gives the one that was begun with the key. Throws `usage.invalid` if that one was another. `extra` is a
   * job that the configuration does not have.
   */
  submit(work: WantedWork, key: string | undefined, extra?: JobDefinition): RunRequest {
    const known = key === undefined ? undefined : this.#byKey.get(key);
    if (known !== undefined) return sameWork(known, work);
    const request = new RunRequest({ sources: withJob(this.#sources(), extra), work, key });
    if (key !== undefined) this.#remember(key, request);
    return request;
  }

  get(key: string): RunRequest | undefined {
    return this.#byKey.get(key);
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
