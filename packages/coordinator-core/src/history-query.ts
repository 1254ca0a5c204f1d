import { runOutcomes } from '@umbracore/contracts';
import type { JobId, RunOutcome, RunQuery } from '@umbracore/contracts';
import type { RepositoryRef } from './backup-job.ts';

export interface HistoryQuery {
  readonly forRepository?: RepositoryRef | undefined;
  readonly jobId?: JobId | undefined;
  /** Asked for at this moment or later. */
  readonly since?: Date | undefined;
  readonly outcome?: RunOutcome | readonly RunOutcome[] | undefined;
  readonly limit?: number | undefined;
}

/** Only runs that have ended. */
export const runQueryOf = ({ forRepository, jobId, since, outcome, limit }: HistoryQuery): RunQuery => ({
  repository: typeof forRepository === 'object' ? forRepository.name : forRepository,
  job: jobId,
  since: since?.getTime(),
  states: outcome === undefined ? runOutcomes : [outcome].flat(),
  limit,
});
