import { isUmbraError } from '@umbracore/contracts';
import type { RunRecord, StateStore, StepRecord } from '@umbracore/contracts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { advance } from './run-state.ts';
import type { RunStep } from './run-state.ts';

const staleTries = 3;

/** A run that this coordinator has the lease of, with its record as it is now. */
export class HeldRun {
  readonly #store: StateStore;
  readonly #keeper: LeaseKeeper;
  #record: RunRecord;

  constructor(store: StateStore, keeper: LeaseKeeper, record: RunRecord) {
    this.#store = store;
    this.#keeper = keeper;
    this.#record = record;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** Durable when it resolves. */
  async advance(step: RunStep): Promise<RunRecord> {
    for (let left = staleTries; ; left--) {
      try {
        const { revision } = this.#record;
        this.#record = await this.#store.update(this.#keeper.lease, revision, advance(this.#record, step));
        return this.#record;
      } catch (error) {
        // With our lease in force only a request to cancel can have come between.
        if (left === 0 || !isUmbraError(error) || error.code !== 'state.stale-revision') throw error;
        this.#record = (await this.#store.run(this.#record.id)) ?? this.#record;
      }
    }
  }

  /** Durable when it resolves: the effect may follow. */
  recordStep(
    step: Pick<StepRecord, 'kind' | 'stage' | 'at' | 'detail'>,
    attempt = this.#record.attempts.length,
  ): Promise<StepRecord> {
    return this.#store.recordStep(this.#keeper.lease, { ...step, attempt });
  }

  /** All steps of the run so far, those of earlier coordinators too. */
  steps(): Promise<readonly StepRecord[]> {
    return this.#store.steps(this.#record.id);
  }

  /** Gives the run back without ending it. */
  release(): Promise<void> {
    return this.#store.release(this.#keeper.lease);
  }
}
