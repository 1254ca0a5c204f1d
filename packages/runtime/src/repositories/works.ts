import { toUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  Clock,
  EventStream,
  Instant,
  Log,
  Operation,
  Progress,
  RepositoryName,
  RepositoryWorkEvent,
  RepositoryWorkKind,
} from '@umbracore/contracts';

/** Something long that is done to a repository and is no run: nothing ever starts it by itself. */
export interface RepositoryWork {
  readonly id: string;
  readonly kind: RepositoryWorkKind;
  /** Undefined where it is about all of them, and about more. */
  readonly repository: RepositoryName | undefined;
  readonly beganAt: Instant;
  readonly endedAt: Instant | undefined;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly progress: Progress | undefined;
  /** The document that it ended with. */
  readonly result: Readonly<Record<string, unknown>> | undefined;
  readonly error: UmbraError | undefined;
}

export type RepositoryTask = (operation: Operation) => Promise<Readonly<Record<string, unknown>>>;

const nouns: Readonly<Record<RepositoryWorkKind, string>> = {
  verify: 'a verification',
  repair: 'a repair',
  upgrade: 'an upgrade',
  copy: 'a copy',
  statistics: 'a count',
  create: 'the making',
  adopt: 'an adoption',
  catalog: 'a filling of the catalog',
  doctor: 'an examination',
};

/** So many that ended are told of. */
const kept = 100;

export interface WorksSources {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: EventStream;
}

type Ended = Partial<RepositoryWork> & { readonly state: Exclude<RepositoryWork['state'], 'running'> };

type Told = RepositoryWorkEvent extends infer Event
  ? Event extends RepositoryWorkEvent
    ? Omit<Event, 'time' | 'work' | 'kind' | 'repository'>
    : never
  : never;

/**
 * Carries such work out, one at a time for each repository and one about all of them, and tells of it by events. Ends with the process that carries it out; whoever
 * wants it asks again.
 */
export class RepositoryWorks {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #events: EventStream;
  readonly #stopping: AbortSignal;
  readonly #works = new Map<string, RepositoryWork>();
  readonly #underWay = new Map<string, AbortController>();
  #begun = 0;

  constructor({ clock, log, events }: WorksSources, stopping: AbortSignal) {
    this.#clock = clock;
    this.#log = log;
    this.#events = events;
    this.#stopping = stopping;
  }

  /** Begins one, and does not wait for its end. Throws `job.already-running` if another one is under way there. */
  begin(kind: RepositoryWorkKind, repository: RepositoryName | undefined, task: RepositoryTask): RepositoryWork {
    const other = [...this.#works.values()].find((each) => each.state === 'running' && each.repository === repository);
    if (other !== undefined) {
      const whose = repository === undefined ? '' : ` of ${repository}`;
      throw new UmbraError('job.already-running', `${nouns[other.kind]}${whose} is under way: ${other.id}`, {
        hint: `Wait for it, or cancel it: POST /v1/repository-works/${other.id}/cancel.`,
      });
    }
    this.#begun += 1;
    const id = `w-${this.#clock.now().toString(36)}-${this.#begun}`;
    const nothing = { endedAt: undefined, progress: undefined, result: undefined, error: undefined };
    const work: RepositoryWork = { id, kind, repository, beganAt: this.#clock.now(), state: 'running', ...nothing };
    this.#works.set(id, work);
    const controller = new AbortController();
    this.#underWay.set(id, controller);
    this.#tell(id, { type: 'work.begun' });
    const signal = AbortSignal.any([controller.signal, this.#stopping]);
    void this.#carryOut(id, signal, task);
    return work;
  }

  async #carryOut(id: string, signal: AbortSignal, task: RepositoryTask): Promise<void> {
    try {
      const result = await task({ signal, report: (progress) => this.#report(id, progress) });
      this.#end(id, { state: 'done', result });
    } catch (thrown) {
      const error = toUmbraError(signal.aborted ? signal.reason : thrown);
      this.#log.warn({ work: id, code: error.code }, `work on a repository did not end well: ${error.message}`);
      this.#end(id, { state: signal.aborted ? 'cancelled' : 'failed', error });
    } finally {
      this.#underWay.delete(id);
    }
  }

  #report(id: string, progress: Progress): void {
    this.#change(id, { progress });
    this.#tell(id, { type: 'work.progress', progress });
  }

  #tell(id: string, told: Told): void {
    const { kind, repository } = this.get(id);
    this.#events.publish({ ...told, time: this.#clock.now(), work: id, kind, repository: repository ?? null });
  }

  #end(id: string, { state: outcome, ...change }: Ended): void {
    this.#change(id, { ...change, state: outcome, endedAt: this.#clock.now() });
    this.#tell(id, { type: 'work.finished', outcome, error: change.error?.toRecord() ?? null });
    const ended = [...this.#works.values()].filter(({ state }) => state !== 'running');
    for (const { id: old } of ended.slice(0, Math.max(0, ended.length - kept))) this.#works.delete(old);
  }

  #change(id: string, change: Partial<RepositoryWork>): void {
    const work = this.#works.get(id);
    if (work !== undefined) this.#works.set(id, { ...work, ...change });
  }

  /** Newest first. */
  list(): readonly RepositoryWork[] {
    return [...this.#works.values()].toReversed();
  }

  /** Throws `usage.unknown-run`. */
  get(id: string): RepositoryWork {
    const work = this.#works.get(id);
    if (work !== undefined) return work;
    throw new UmbraError('usage.unknown-run', `there is no work ${id}`, { hint: 'See GET /v1/repository-works.' });
  }

  /** Asks one to stop. What it did stays done. */
  cancel(id: string, reason: string): RepositoryWork {
    const work = this.get(id);
    this.#underWay.get(id)?.abort(new UmbraError('run.cancelled', `it was cancelled: ${reason}`));
    return work;
  }
}
