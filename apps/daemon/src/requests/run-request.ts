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
  /** Set if nobody waits for its end. */
  readonly left?: LeftRequest | undefined;
}

/**
 * A request that nobody waits for. What was said to follow lets whatever is in its way end first: nobody is there to ask again.
 */
export interface LeftRequest {
  /** An earlier daemon has said so of all of it. */
  readonly isAccepted: boolean;
  /** Jobs that do not begin any more. */
  readonly dropped: readonly JobId[];
  /** Told of what is refused after it was accepted. */
  readonly refused: (error: UmbraError, of: Awaited | undefined) => void;
}

/** Jobs that somebody asked for, carried out in turn whether that somebody stays or goes. */
export class RunRequest {
  readonly work: WantedWork;
  readonly key: string | undefined;
  /** Resolves when there is a run to tell of, or the end. */
  readonly begun: Promise<void>;
  readonly ended: Promise<RequestEnd>;
  readonly #sources: RequestSources;
  readonly #cancelled = new AbortController();
  readonly #runs = new Set<RunId>();
  /** Runs that the chains among them asked for. */
  readonly #nodes = new Set<RunId>();
  readonly #repositories = new Set<RepositoryName>();
  readonly #problems: UmbraError[] = [];
  readonly #left: LeftRequest | undefined;
  readonly #dropped: Set<JobId>;
  #underWay: readonly RunId[] = [];
  #turns: readonly Awaited[] = [];
  /** Those of which an earlier daemon began the run. */
  readonly #begunBefore = new Set<string>();
  /** Which of them it is, and which is the first that has not begun. */
  #turn = -1;
  #next = 0;
  #turnDropped = new AbortController();
  #isAccepted: boolean;
  #begin = (): void => {};
  #end: RequestEnd | undefined;

  constructor({ sources, work, key, left }: RunRequestInit) {
    this.#sources = sources;
    this.work = work;
    this.key = key;
    this.#left = left;
    this.#dropped = new Set(left?.dropped);
    this.#isAccepted = left?.isAccepted ?? false;
    this.begun = new Promise((resolve) => {
      this.#begin = () => {
        this.#isAccepted = true;
        resolve();
      };
    });
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
    return this.#turns
      .slice(this.#next)
      .filter((one) => !this.#dropped.has(one.job) && !this.#begunBefore.has(placeOf(one)));
  }

  get end(): RequestEnd | undefined {
    return this.#end;
  }

  /** Ends the run under way cleanly, and begins nothing more. */
  cancel(reason: string): void {
    this.#cancelled.abort(reason);
  }

  /** Begins nothing more of a job; what has begun of it goes on. Gives what would have begun. */
  drop(job: JobId, reason: string): readonly Awaited[] {
    const dropped = this.follow.filter((one) => one.job === job);
    if (dropped.length === 0) return dropped;
    this.#dropped.add(job);
    if (this.#next === this.#turn && this.#turns[this.#turn]?.job === job) this.#turnDropped.abort(reason);
    return dropped;
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
      if (event.type !== 'run.waiting') this.#next = this.#turn + 1;
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
      this.#refuse(toUmbraError(thrown));
    }
    const codes = runs.map((run) => runExitCode(run) ?? exitCodes.failed);
    const exitCode = worstOf([...codes, ...this.#problems.map((error) => error.exitCode)]);
    this.#turns = [];
    return (this.#end = { exitCode, runs, problems: this.#problems });
  }

  async #runAll(): Promise<readonly RunRecord[]> {
    const { jobs, all, tags, repository, trigger, options } = this.work;
    const wanted = chooseRuns(this.#sources, jobs, { all, tag: tags });
    refuseOptions(this.#sources.configuration, wanted, options, { named: jobs.length > 0 });
    for (const { job } of wanted) {
      for (const name of this.#sources.configuration.jobs.get(job)?.repositories ?? []) this.#repositories.add(name);
    }
    this.#turns = turnsOf(this.#sources, wanted, repository);
    await this.#finishEarlierRuns(wanted.map(({ job }) => job));
    const slot = this.key === undefined ? undefined : { key: slotKeyOf(this.key), at: null };
    const runs: RunRecord[] = [];
    for (const [turn, one] of this.#turns.entries()) {
      this.#turn = this.#next = turn;
      if (this.#cancelled.signal.aborted) break;
      if (this.#dropped.has(one.job)) continue;
      this.#turnDropped = new AbortController();
      const place = one.repository === '' ? repository : one.repository;
      const ofWholeJob = repository === undefined;
      const asked = { job: one.job, repository: place, ofWholeJob, trigger, slot };
      const request: TurnRequest = { ...asked, waitMs: this.#patienceMs() };
      const ended = await runInTurn(this.#sources, [request], options, {
        signal: AbortSignal.any([this.#cancelled.signal, this.#turnDropped.signal]),
        began: (ids) => (this.#underWay = ids),
        refused: async (error) => {
          const run = await this.#runOfOurs(error);
          if (run === undefined) this.#refuse(error, one);
          else runs.push(run);
        },
      });
      runs.push(...ended);
    }
    return runs;
  }

  /** How long another run of the job may be in the way of the next one. */
  #patienceMs(): number | undefined {
    const { wait } = this.work;
    if (wait === undefined) return this.#left !== undefined && this.#isAccepted ? Infinity : undefined;
    return wait === true ? Infinity : 1000 * wait;
  }

  #refuse(error: UmbraError, of?: Awaited): void {
    if (this.#isAccepted) this.#left?.refused(error, of);
    // A job that is refused is so on each of its repositories, for one reason.
    if (this.#problems.some(({ code, message }) => code === error.code && message === error.message)) return;
    this.#problems.push(error);
  }

  /** The run that is in the way may be the one that an earlier daemon began for this very request. */
  async #runOfOurs(error: UmbraError): Promise<RunRecord | undefined> {
    const id = error.context['run'];
    if (error.code !== 'job.already-running' || typeof id !== 'string' || this.key === undefined) return undefined;
    const run = await this.#sources.store.run(id);
    if (run?.slot !== slotKeyOf(this.key)) return undefined;
    this.#runs.add(id);
    this.#begin();
    return await followRun(this.#sources, id, { cancelled: this.#cancelled.signal });
  }

  /** What earlier processes left behind of the same jobs is carried to its end first, but for what tries again much later. */
  async #finishEarlierRuns(jobs: readonly JobId[]): Promise<void> {
    const { store, coordinator, clock } = this.#sources;
    const now = clock.now();
    const open = await store.open();
    const ours = open.filter(({ run }) => this.key !== undefined && run.slot === slotKeyOf(this.key));
    for (const { run } of ours) this.#begunBefore.add(placeOf(run));
    const left = open.filter(
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

/** The turns of a request, in order: each job on each of its repositories, or on the one that was asked for. */
export const turnsOf = (
  { configuration }: Pick<RunSources, 'configuration'>,
  wanted: readonly { readonly job: JobId }[],
  repository: RepositoryName | undefined,
): readonly Awaited[] =>
  wanted.flatMap(({ job: id }) => {
    const job = configuration.jobs.get(id);
    const asked = repository === undefined ? job?.repositories : [repository];
    const places = job !== undefined && worksOnRepository(job) ? (asked ?? []) : [''];
    return places.map((place) => ({ job: id, repository: place }));
  });

/** A request stands for a slot of its own, so that it gives each run once whoever dies. */
export const slotKeyOf = (key: string): string => `request/${key}`;

export const placeOf = ({ job, repository }: Awaited): string => JSON.stringify([job, repository]);
