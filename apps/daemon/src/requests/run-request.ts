import {
  toUmbraError,
  worksOnRepository,
  type JobId,
  type Lease,
  type RepositoryName,
  type RunId,
  type RunOptions,
  type RunRecord,
  type Trigger,
  type UmbraError,
  type UmbraEvent,
} from '@umbracore/contracts';
import {
  chooseRuns,
  isInHands,
  refuseOptions,
  runInTurn,
  type RunSources,
  type Runtime,
  type TurnRequest,
} from '@umbracore/runtime';
import { exitCodes, runExitCode, worstOf } from '@umbracore/runtime/documents';
import { followRun } from './follow-run.ts';

/** What somebody asks for. Without names, `all` or tags: the only job there is. */
export interface WantedWork {
  readonly jobs: readonly JobId[];
  readonly all: boolean;
  readonly tags: readonly string[];
  /** Only this repository of the jobs. */
  readonly repository?: RepositoryName | undefined;
  readonly trigger: Extract<Trigger, 'manual' | 'api'>;
  /** So many seconds is another run of a job waited for, or, if true, as long as it takes; absent: not at all. */
  readonly wait?: number | true | undefined;
  readonly options: RunOptions;
}

/** A job on one of its repositories, whose turn has not come. */
export interface Awaited {
  readonly job: JobId;
  /** Empty for a kind that works on none. */
  readonly repository: RepositoryName;
}

/** How a request ended. */
export interface RequestEnd {
  readonly exitCode: number;
  readonly runs: readonly RunRecord[];
  readonly problems: readonly UmbraError[];
}

/** What a request needs: the runtime, with the configuration that holds now. */
export type RequestSources = RunSources & Pick<Runtime, 'store' | 'events' | 'clock' | 'processTable'>;

export interface RunRequestInit {
  readonly sources: RequestSources;
  readonly work: WantedWork;
  /** Makes it one request however often it is sent, also to the next daemon; undefined if it is sent once. */
  readonly key: string | undefined;
}

/** Jobs that somebody asked for, carried out in turn whether that somebody stays or goes. */
export class RunRequest {
  readonly work: WantedWork;
  /** Resolves when there is a run to tell of, or the end. */
  readonly begun: Promise<void>;
  readonly ended: Promise<RequestEnd>;
  readonly #sources: RequestSources;
  readonly #key: string | undefined;
  readonly #cancelled = new AbortController();
  readonly #runs = new Set<RunId>();
  /** Runs that the chains among them asked for. */
  readonly #nodes = new Set<RunId>();
  readonly #repositories = new Set<RepositoryName>();
  readonly #problems: UmbraError[] = [];
  #underWay: readonly RunId[] = [];
  /** What has not begun, in order. */
  #follow: readonly Awaited[] = [];
  #begin = (): void => {};
  #end: RequestEnd | undefined;

  constructor({ sources, work, key }: RunRequestInit) {
    this.#sources = sources;
    this.work = work;
    this.#key = key;
    this.begun = new Promise((resolve) => (this.#begin = resolve));
    const listening = sources.events.onAny((event) => {
      if (this.#concerns(event)) this.#begin();
    });
    this.ended = this.#carryOut().finally(() => {
      listening[Symbol.dispose]();
      this.#begin();
    });
  }

  /** The runs that have been told of so far, those that were left behind earlier included. */
  get runs(): readonly RunId[] {
    return [...this.#runs];
  }

  /** Jobs that were refused so far. */
  get problems(): readonly UmbraError[] {
    return this.#problems;
  }

  /** What begins after what has begun. */
  get follow(): readonly Awaited[] {
    return this.#follow;
  }

  get end(): RequestEnd | undefined {
    return this.#end;
  }

  /** Ends the run under way cleanly, and begins nothing more. */
  cancel(reason: string): void {
    this.#cancelled.abort(reason);
  }

  /** True if whoever asked should see an event: it is of a run of this request, or of what that run works on. */
  owns(event: UmbraEvent): boolean {
    if (event.type === 'state.alarm') return true;
    if (event.type === 'locks.healed') return this.#repositories.has(event.repository);
    return 'run' in event && (this.#runs.has(event.run) || this.#nodes.has(event.run));
  }

  #concerns(event: UmbraEvent): boolean {
    if (!('run' in event)) return false;
    if (this.#underWay.includes(event.run)) {
      this.#runs.add(event.run);
      this.#follow = after(this.#follow, ({ job, repository }) => job === event.job && repository === event.repository);
    }
    const parent = event.parent ?? '';
    if (this.#runs.has(parent) || this.#nodes.has(parent)) this.#nodes.add(event.run);
    return this.#runs.has(event.run);
  }

  async #carryOut(): Promise<RequestEnd> {
    let runs: readonly RunRecord[] = [];
    try {
      runs = await this.#runAll();
    } catch (thrown) {
      this.#problems.push(toUmbraError(thrown));
    }
    const codes = runs.map((run) => runExitCode(run) ?? exitCodes.failed);
    const exitCode = worstOf([...codes, ...this.#problems.map((error) => error.exitCode)]);
    this.#follow = [];
    return (this.#end = { exitCode, runs, problems: this.#problems });
  }

  async #runAll(): Promise<readonly RunRecord[]> {
    const { jobs, all, tags, repository, trigger, wait, options } = this.work;
    const waitMs = wait === true ? Infinity : wait && 1000 * wait;
    const wanted = chooseRuns(this.#sources, jobs, { all, tag: tags });
    refuseOptions(this.#sources.configuration, wanted, options, { named: jobs.length > 0 });
    for (const { job } of wanted) {
      for (const name of this.#sources.configuration.jobs.get(job)?.repositories ?? []) this.#repositories.add(name);
    }
    await this.#finishEarlierRuns(wanted.map(({ job }) => job));
    const { signal } = this.#cancelled;
    const slot = this.#key === undefined ? undefined : { key: slotKeyOf(this.#key), at: null };
    const requests: readonly TurnRequest[] = wanted.map(({ job }) => ({ job, repository, trigger, slot, waitMs }));
    const found: RunRecord[] = [];
    this.#follow = wanted.flatMap(({ job }) => this.#placesOf(job).map((place) => ({ job, repository: place })));
    let turns = 0;
    const began = (runs: readonly RunId[]): void => {
      this.#underWay = runs;
      // Whatever was refused before it does not begin any more.
      const turn = wanted[turns++]?.job;
      while (this.#follow.length > 0 && this.#follow[0]?.job !== turn) this.#follow = this.#follow.slice(1);
    };
    const ended = await runInTurn(this.#sources, requests, options, {
      signal,
      began,
      refused: async (error) => {
        const run = await this.#runOfOurs(error);
        if (run === undefined) this.#problems.push(error);
        else found.push(run);
      },
    });
    return [...found, ...ended];
  }

  #placesOf(id: JobId): readonly RepositoryName[] {
    const { repository } = this.work;
    const job = this.#sources.configuration.jobs.get(id);
    if (job === undefined || !worksOnRepository(job)) return [''];
    return repository === undefined ? job.repositories : [repository];
  }

  /** The run that is in the way may be the one that an earlier daemon began for this very request. */
  async #runOfOurs(error: UmbraError): Promise<RunRecord | undefined> {
    const id = error.context['run'];
    if (error.code !== 'job.already-running' || typeof id !== 'string' || this.#key === undefined) return undefined;
    const run = await this.#sources.store.run(id);
    if (run?.slot !== slotKeyOf(this.#key)) return undefined;
    this.#runs.add(id);
    this.#begin();
    return await followRun(this.#sources, id, { cancelled: this.#cancelled.signal });
  }

  /** What earlier processes left behind of the same jobs is carried to its end first, but for what tries again much later. */
  async #finishEarlierRuns(jobs: readonly JobId[]): Promise<void> {
    const { store, coordinator, clock } = this.#sources;
    const now = clock.now();
    const left = (await store.open()).filter(
      ({ run, lease }) => jobs.includes(run.job) && this.#isLeft(lease) && (run.retryAt ?? now) <= now,
    );
    if (left.length === 0) return;
    this.#underWay = left.map(({ run }) => run.id);
    await coordinator.recover({ wait: true, retries: false, jobs });
  }

  #isLeft(lease: Lease | undefined): boolean {
    return lease === undefined || !isInHands(this.#sources, lease);
  }
}

/** A request stands for a slot of its own, so that it gives each run once whoever dies. */
const slotKeyOf = (key: string): string => `request/${key}`;

/** What comes after the one that is meant; all if it is not among them. */
const after = <T>(list: readonly T[], isMeant: (one: T) => boolean): readonly T[] =>
  list.slice(list.findIndex(isMeant) + 1);
