import { runOutcomes } from '@umbracore/contracts';
import type { JobId, JobKind, RunOutcome, RunQuery } from '@umbracore/contracts';
import type { RepositoryRef } from './backup-job.ts';

export interface HistoryQuery {
  readonly forRepository?: RepositoryRef | undefined;
  readonly jobId?: JobId | undefined;
  /** Asked for at this moment or later. */
  readonly since?: Date | undefined;
  /** Asked for before this moment. */
  readonly until?: Date | undefined;
  /** Runs that mention it: names, errors, files that could not be read. */
  readonly text?: string | undefined;
  readonly kind?: JobKind | readonly JobKind[] | undefined;
  readonly outcome?: RunOutcome | readonly RunOutcome[] | undefined;
  readonly limit?: number | undefined;
}

/** Only runs that have ended. */
export const runQueryOf = ({
  forRepository,
  jobId,
  since,
  until,
  text,
  kind,
  outcome,
  limit,
}: HistoryQuery): RunQuery => ({
  repository: typeof forRepository === 'object' ? forRepository.name : forRepository,
  job: jobId,
  since: since?.getTime(),
  until: until?.getTime(),
  text,
  kinds: kind === undefined ? undefined : [kind].flat(),
  states: outcome === undefined ? runOutcomes : [outcome].flat(),
  limit,
});
