import { isUmbraError } from '@umbracore/contracts';
import type { Clock, DurationMs, Lease, Log, StateStore, UmbraError } from '@umbracore/contracts';

/** How long a run stays ours without a heartbeat. */
export const leaseTtlMs: DurationMs = 30_000;
const beatMs: DurationMs = 1000;

export interface LeaseKeeperOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly lease: Lease;
  /** Another process asked for the run to be cancelled. May be called more than once. */
  readonly onCancelRequested: () => void;
  /** Another process has the run now: nothing may be written any more. */
  readonly onLost: (error: UmbraError) => void;
}

/**
 * The heartbeat of a run. It renews the lease every third of its length, and when half of it is over by the wall clock, and reads once a second whether somebody wants
 * the run to be cancelled: reading is cheap, a durable write each second is not.
 */
export class LeaseKeeper implements AsyncDisposable {
  readonly #options: LeaseKeeperOptions;
  readonly #ticking: Disposable;
  #lease: Lease;
  #renewAt: number;
  #beating: Promise<void> | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#lease = options.lease;
    this.#renewAt = options.clock.monotonicMs() + leaseTtlMs / 3;
    this.#ticking = options.clock.every(beatMs, () => {
      this.#beating ??= this.#beat().finally(() => (this.#beating = undefined));
    });
  }

  get lease(): Lease {
    return this.#lease;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ticking[Symbol.dispose]();
    await this.#beating;
  }

  async #beat(): Promise<void> {
    const { clock, log, onCancelRequested, onLost } = this.#options;
    try {
      // By the wall clock it is due after a sleep, or when the clock was set: for others it has run out, or will soon.
      const isLate = clock.now() > this.#lease.until - leaseTtlMs / 2;
      if (await this.#look(isLate || clock.monotonicMs() >= this.#renewAt)) onCancelRequested();
    } catch (error) {
      if (isUmbraError(error) && error.code === 'state.lease-lost') {
        this.#ticking[Symbol.dispose]();
        return onLost(error);
      }
      // A store that is full or busy must not end a backup. Whoever sees this process takes nothing over while it lives; who cannot see it
      // does when the lease has run out, and then the lease is lost.
      log.warn({ run: this.#lease.run, error: String(error) }, 'The heartbeat of the run could not be written');
    }
  }

  /** Whether the run is to be cancelled. */
  async #look(renew: boolean): Promise<boolean> {
    const { store, clock } = this.#options;
    if (!renew) return ((await store.run(this.#lease.run))?.cancelRequestedAt ?? null) !== null;
    const { lease, cancelRequested } = await store.renew(this.#lease, clock.now() + leaseTtlMs);
    this.#lease = lease;
    this.#renewAt = clock.monotonicMs() + leaseTtlMs / 3;
    return cancelRequested;
  }
}
