import { setMaxListeners } from 'node:events';
import { UmbraError } from '@umbracore/contracts';
import type {
  EngineLimits,
  EngineProcess,
  RepositoryDefinition,
  ThrottleState,
  ThrottleWish,
} from '@umbracore/contracts';
import { limitsOf } from '../backup-spec.ts';
import type { RunScope } from '../run-scope.ts';
import { ratesSet } from './limits.ts';
import { listen, sharingIn, speakersFor } from './look.ts';
import type { Claim } from './parts.ts';
import { limitsText, sentenceOf } from './sentence.ts';
import { freshMemory, steer, type Action, type Memory, type SteeredEngine, type Steering } from './steer.ts';
import { throttleIn } from './throttle-in.ts';
import type { Throttles } from './throttles.ts';
import { readWish } from './wish-file.ts';

const lookEveryMs = 2000;

export interface RunThrottleParts {
  readonly scope: RunScope;
  /** Of the attempt. */
  readonly signal: AbortSignal;
  readonly throttles: Throttles;
  /** Shows that an attempt whose engine stands still does not hang. */
  readonly alive: () => void;
  readonly waiting: () => void;
}

interface Held extends SteeredEngine {
  /** Aborts when the engine is to be ended for one with other limits. */
  readonly restart: AbortController;
  /** Undefined until the engine was started. */
  spool: string | undefined;
  /** What it began with was only handed over so far. */
  isSettled: boolean;
}

/** Holds the engines of one attempt to what is wanted of them, and tells of it. */
export class RunThrottle implements Disposable {
  readonly #parts: RunThrottleParts;
  readonly #speakers;
  readonly #ticking: Disposable;
  readonly #onAbort = (): void => this.#letGo();
  #memory: Memory;
  #held: Held | undefined;
  #wish: ThrottleWish;
  #unapplied: readonly string[] = [];
  /** What its engine works with, or is about to; nothing that others share may be given away twice. */
  #has: EngineLimits | undefined;
  /** It wants an engine, or has one: what others share with it is divided. */
  #isSharing = false;
  #unshared: EngineLimits;
  #told = keyOf({ limits: {}, because: [], unapplied: [] });
  #looking: Promise<void> | undefined;

  constructor(parts: RunThrottleParts) {
    const { ports, held } = parts.scope;
    this.#parts = parts;
    this.#speakers = speakersFor(held.record.plan);
    this.#memory = freshMemory(this.#speakers, ports.clock.monotonicMs());
    this.#wish = readWish(ports.spoolDir, held.record.id);
    this.#unshared = limitsOf(held.record.plan);
    this.#ticking = ports.clock.every(lookEveryMs, () => this.#tick());
    parts.signal.addEventListener('abort', this.#onAbort, { once: true });
    parts.throttles.join(this);
  }

  get run(): string {
    return this.#parts.scope.held.record.id;
  }

  /** What it has or wants of what a repository allows; undefined for a run that does not share in it at this moment. */
  claimOn({ name }: RepositoryDefinition): Claim | undefined {
    const isHeldTo = this.#speakers.some(({ repository }) => repository?.name === name);
    if (!this.#isSharing || !isHeldTo) return undefined;
    const isRestartable = this.#held?.isRestartable ?? false;
    const { uses } = sharingIn(this.#parts.scope.held.record.plan, name);
    return { uses, wants: this.#unshared, has: this.#has, isRestartable, set: ratesSet(this.#wish) };
  }

  /**
   * Carries out work with one engine, or with as many as it takes: a restartable one is ended for another one when its limits
   * cannot be changed in flight. An adopted one works already. The work is told how many there were before.
   */
  async hold<T>(engine: 'restartable' | 'single' | 'adopted', work: (before: number) => Promise<T>): Promise<T> {
    try {
      return await this.#engines(engine, work);
    } finally {
      this.#isSharing = false;
    }
  }

  async #engines<T>(engine: 'restartable' | 'single' | 'adopted', work: (before: number) => Promise<T>): Promise<T> {
    const isRestartable = engine === 'restartable';
    for (let before = 0; ; before++) {
      const limits = engine === 'adopted' ? await this.#begunWith() : await this.#admitted();
      const startedAtMs = this.#parts.scope.ports.clock.monotonicMs();
      const restart = new AbortController();
      this.#held = { limits, startedAtMs, isRestartable, restart, spool: undefined, isSettled: !this.#isConcerned() };
      try {
        return await work(before);
      } catch (thrown) {
        if (!restart.signal.aborted || this.#parts.signal.aborted) throw thrown;
      } finally {
        this.#held = undefined;
        this.#has = undefined;
      }
    }
  }

  /** What the next engine begins with. */
  get limits(): EngineLimits {
    return this.#held?.limits ?? limitsOf(this.#parts.scope.held.record.plan);
  }

  /** Aborts with the attempt, and when the engine is to end for another one. */
  signalFor(spool: string): AbortSignal {
    const held = this.#held;
    if (held === undefined) return this.#parts.signal;
    held.spool = spool;
    const either = AbortSignal.any([this.#parts.signal, held.restart.signal]);
    setMaxListeners(0, either);
    return either;
  }

  /** Looks at once instead of in a moment, and once more if it is looking: that may have begun before. Never rejects. */
  async look(): Promise<void> {
    while (this.#looking !== undefined) await this.#looking;
    this.#looking = this.#lookOnce();
    await this.#looking;
    this.#looking = undefined;
  }

  #tick(): void {
    if (this.#memory.pausedAtMs !== undefined) this.#parts.alive();
    if (this.#looking === undefined) void this.look();
  }

  async #lookOnce(): Promise<void> {
    // One that is about to be replaced needs nothing more.
    if (this.#held === undefined || this.#held.restart.signal.aborted) return;
    try {
      this.#wish = readWish(this.#parts.scope.ports.spoolDir, this.run);
      if (this.#isConcerned()) await this.#steer();
    } catch (error) {
      this.#parts.scope.log.warn({ error: String(error) }, 'The run could not be held back');
    }
  }

  [Symbol.dispose](): void {
    this.#ticking[Symbol.dispose]();
    this.#parts.signal.removeEventListener('abort', this.#onAbort);
    this.#parts.throttles.leave(this);
    this.#letGo();
  }

  /** Whatever happens next, nothing of ours stands still any more. */
  #letGo(): void {
    this.#ticking[Symbol.dispose]();
    if (this.#memory.pausedAtMs === undefined) return;
    this.#memory = { ...this.#memory, pausedAtMs: undefined };
    void this.#engine()
      .then((engine) => engine?.resume())
      .catch(() => {});
  }

  /** False for a run that nobody wants to hold back, and that nobody did. */
  #isConcerned(): boolean {
    return this.#speakers.length > 0 || this.#wish !== null || this.#memory.wish !== null;
  }

  /** What an adopted engine began with, as the journal has it. */
  async #begunWith(): Promise<EngineLimits> {
    const { held } = this.#parts.scope;
    this.#isSharing = true;
    this.#has = limitsOf(held.record.plan);
    this.#has = throttleIn(held.record, await held.steps()).limits;
    return this.#has;
  }

  /** Waits until an engine may work, and gives what it begins with. */
  async #admitted(): Promise<EngineLimits> {
    for (;;) {
      this.#wish = readWish(this.#parts.scope.ports.spoolDir, this.run);
      if (!this.#isConcerned()) return this.limits;
      const { wanted, mustWait, because } = await this.#decision(undefined);
      const isHeldUp = wanted.paused === true || mustWait;
      await this.#tell({ limits: { ...wanted, paused: isHeldUp }, because, unapplied: [] });
      if (!isHeldUp) return wanted;
      this.#parts.waiting();
      await this.#parts.scope.ports.clock.sleep(lookEveryMs, this.#parts.signal);
    }
  }

  async #decision(engine: SteeredEngine | undefined): Promise<Steering> {
    const { scope, throttles } = this.#parts;
    const { plan } = scope.held.record;
    const { sensors, clock } = scope.ports;
    const heard = await listen(sensors, this.#speakers, plan);
    // From here on nobody else decides in between: what is left of something is given to one only.
    const said = heard.map((one, index) => {
      const repository = this.#speakers[index]?.repository;
      const sharing = sharingIn(plan, repository?.name ?? '');
      return { ...one, sharing, sharers: repository && throttles.others(this, repository, sharing) };
    });
    const before = { ...this.#memory, rules: throttles.rules(this.#speakers, this.#memory.rules) };
    const sight = { said, ceiling: limitsOf(plan), wish: this.#wish, engine };
    const steering = steer(before, sight, clock.monotonicMs());
    throttles.remember(this.#speakers, steering.memory.rules);
    this.#unshared = steering.unshared;
    if (engine === undefined) this.#claim(steering);
    return steering;
  }

  /** One that is to stand still anyway leaves it to the others. */
  #claim({ memory, wanted, mustWait }: Steering): void {
    this.#memory = memory;
    this.#isSharing = wanted.paused !== true;
    this.#has = wanted.paused === true || mustWait ? undefined : wanted;
  }

  async #steer(): Promise<void> {
    const held = this.#held;
    const engine = await this.#engine();
    if (held === undefined || engine === undefined) return;
    const { memory, actions, because, later } = await this.#decision(held);
    // It may have ended while the sensors were looked at.
    if (held !== this.#held || this.#parts.signal.aborted) return;
    this.#memory = memory;
    const isReplaced = actions.includes('restart');
    // Told before, for the next engine has a word of its own.
    if (isReplaced) await this.#tellOf(held, because, later);
    for (const action of actions) await this.#act(action, held, engine);
    if (isReplaced) return;
    if (!held.isSettled && !actions.includes('adjust')) await this.#act('adjust', held, engine);
    held.isSettled = true;
    await this.#tellOf(held, because, later);
  }

  async #tellOf({ limits: begunWith }: Held, because: readonly string[], later: readonly string[]): Promise<void> {
    const { uploadBytesPerSecond, downloadBytesPerSecond, readConcurrency } = begunWith;
    const limits = { ...this.#memory.limits, uploadBytesPerSecond, downloadBytesPerSecond, readConcurrency };
    await this.#tell({ limits, because, unapplied: [...this.#unapplied, ...later] });
  }

  async #act(action: Action, held: Held, engine: EngineProcess): Promise<void> {
    switch (action) {
      case 'pause':
        this.#parts.alive();
        if (!(await engine.pause())) this.#memory = { ...this.#memory, pausedAtMs: undefined };
        // The run may have been cancelled, or disposed of, while this was decided and done.
        if (this.#parts.signal.aborted || this.#held !== held) await engine.resume();
        return;
      case 'resume':
        return await engine.resume();
      case 'adjust':
        this.#unapplied = await engine.adjust(this.#memory.limits);
        return;
      case 'restart':
        await engine.resume();
        this.#parts.scope.note('The engine is ended, for what limits it cannot be changed while it works');
        held.restart.abort(new UmbraError('run.cancelled', 'The engine is started again with other limits'));
        return;
    }
  }

  async #engine(): Promise<EngineProcess | undefined> {
    const spool = this.#held?.spool;
    return spool === undefined ? undefined : await this.#parts.scope.ports.engineProcesses.find(spool);
  }

  /** Told when something about it is other than before, so that a history says why a run was slow. */
  async #tell(state: ThrottleState): Promise<void> {
    const key = keyOf(state);
    if (key === this.#told) return;
    this.#told = key;
    const { scope } = this.#parts;
    scope.note(sentenceOf(state));
    scope.publish({ type: 'run.throttled', throttle: state });
    const { limits, because, unapplied } = state;
    const at = scope.ports.clock.now();
    await scope.held.recordStep({ kind: 'throttle', stage: 'done', at, detail: { limits, because, unapplied } });
  }
}

/** Equal for states that nobody needs to be told of one after the other. */
const keyOf = ({ limits, because, unapplied }: ThrottleState): string =>
  JSON.stringify([limitsText(limits), because.map(withoutFigures), unapplied]);

/** A load of 2.11 is no other reason than one of 2.13. */
const withoutFigures = (text: string): string => text.replaceAll(/\d+(?:[.:]\d+)*/g, '#');
