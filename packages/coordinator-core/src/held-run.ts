import { isUmbraError } from '@umbracore/contracts';
import type { NewStep, RunRecord, StateStore, StepRecord } from '@umbracore/contracts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { advance } from './run-state.ts';
import type { RunStep } from './run-state.ts';

const staleTries = 3;

type Step = Omit<NewStep, 'attempt'>;

/** A run that this coordinator has the lease of, with its record as it is now. */
export class HeldRun {
  readonly #store: StateStore;
  readonly #keeper: LeaseKeeper;
  #record: RunRecord;
  /** Steps that can wait for what comes next. */
  #noted: readonly NewStep[] = [];

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
        this.#record = await this.#store.update(this.#keeper.lease, revision, advance(this.#record, step), this.#noted);
        this.#noted = [];
        return this.#record;
      } catch (error) {
        // With our lease in force only a request to cancel can have come between.
        if (left === 0 || !isUmbraError(error) || error.code !== 'state.stale-revision') throw error;
        this.#record = (await this.#store.run(this.#record.id)) ?? this.#record;
      }
    }
  }

  /** Durable when it resolves: the effect may follow. */
  async recordStep(step: Step, attempt = this.#record.attempts.length): Promise<StepRecord> {
    await this.#recordNoted();
    return await this.#store.recordStep(this.#keeper.lease, { ...step, attempt });
  }

  /** Durable with the next change or step: for what recovery can do without. One commit less makes a run shorter. */
  noteStep(step: Step): void {
    this.#noted = [...this.#noted, { ...step, attempt: this.#record.attempts.length }];
  }

  /** All steps of the run so far, those of earlier coordinators too. */
  async steps(): Promise<readonly StepRecord[]> {
    await this.#recordNoted();
    return await this.#store.steps(this.#record.id);
  }

  /** Gives the run back without ending it. */
  async release(): Promise<void> {
    await this.#recordNoted();
    await this.#store.release(this.#keeper.lease);
  }

  /** What cannot be recorded now is tried again with what comes next: for want of a note nothing else may fail. */
  async #recordNoted(): Promise<void> {
    try {
      for (let [first, ...rest] = this.#noted; first !== undefined; [first, ...rest] = rest) {
        await this.#store.recordStep(this.#keeper.lease, first);
        this.#noted = rest;
      }
    } catch (error) {
      if (isUmbraError(error) && error.code === 'state.lease-lost') throw error;
    }
  }
}
