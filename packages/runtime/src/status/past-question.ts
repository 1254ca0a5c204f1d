import { countsAsSuccess } from '@umbracore/coordinator-core';
import type { Calendar, Configuration, Instant, JobDefinition, RunRecord, StateStore } from '@umbracore/contracts';

/** What the past of jobs is found out from. */
export interface PastSources {
  readonly store: StateStore;
  readonly configuration: Configuration;
  readonly calendar: Calendar;
}

export interface PastQuestion {
  readonly job: JobDefinition;
  readonly repository: string;
  readonly now: Instant;
}

/** How many runs back an answer is looked for. */
export const depth = 100;

/** A dry run proves nothing, for or against a job; nor does a run of which nothing but its snapshot is known. */
export const isReal = (run: RunRecord): boolean => run.plan.options.dryRun !== true && run.trigger !== 'adopted';

/** A success that speaks for a job. */
export const isRealSuccess = (run: RunRecord): boolean => isReal(run) && countsAsSuccess(run);
