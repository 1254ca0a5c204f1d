import { UmbraError } from '@umbracore/contracts';
import type { BackupResult, EngineExit, ProcessIdentity } from '@umbracore/contracts';

/** What becomes of an engine when its coordinator is killed. */
export type Fate = 'goes on' | 'ends by itself' | 'is killed' | 'loses its exit';

/** What an engine does to the world. */
export interface Deed {
  /** Gives the snapshot that it made, if it makes one. */
  readonly whole: () => string | undefined;
  /** True if it makes no snapshot because nothing has changed. */
  readonly skips?: boolean | undefined;
  /** What is done already when it is killed in the middle. */
  readonly half?: (() => void) | undefined;
}

/** An engine of the world: it outlives whoever started it. */
export class Engine {
  readonly identity: ProcessIdentity;
  readonly #deed: Deed;
  readonly #onEnd: () => void;
  stage: 'started' | 'saved' | 'ended' = 'started';
  snapshot: string | undefined;
  exitLost = false;
  killed = false;

  constructor(identity: ProcessIdentity, deed: Deed, onEnd: () => void) {
    this.identity = identity;
    this.#deed = deed;
    this.#onEnd = onEnd;
  }

  save(): void {
    if (this.stage !== 'started') return;
    this.stage = 'saved';
    this.snapshot = this.#deed.whole();
  }

  end(): void {
    this.stage = 'ended';
    this.#onEnd();
  }

  kill(): void {
    if (this.stage === 'ended') return;
    if (this.stage === 'started') this.#deed.half?.();
    this.killed = true;
    this.end();
  }

  meet(fate: Fate): void {
    if (this.stage === 'ended' || fate === 'goes on') return;
    if (fate === 'loses its exit') this.exitLost = true;
    if (fate !== 'ends by itself') return this.kill();
    this.save();
    this.end();
  }

  exit(): EngineExit {
    if (this.exitLost) return { code: undefined, signal: undefined, lost: true };
    return this.killed
      ? { code: undefined, signal: 'SIGKILL', lost: false }
      : { code: 0, signal: undefined, lost: false };
  }

  /** Throws how a backend says that its engine did not end well. */
  check(): void {
    if (this.exitLost) throw new UmbraError('engine.lost', 'Nobody saw how the engine ended');
    if (this.killed) throw new UmbraError('engine.crashed', 'The engine was killed');
  }

  result(): BackupResult {
    if (!this.exitLost) this.check();
    return {
      snapshot: this.exitLost ? undefined : this.snapshot,
      unchanged: !this.exitLost && this.#deed.skips === true,
      stats: undefined,
      unreadable: [],
      unreadableCount: 0,
      complete: !this.exitLost,
      exitLost: this.exitLost,
    };
  }
}
