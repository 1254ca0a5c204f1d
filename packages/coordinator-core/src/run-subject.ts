import { nodeOf } from '@umbracore/contracts';
import type { Instant, RunEvent, RunRecord } from '@umbracore/contracts';

/** What every event of a run tells. */
export function runSubject(record: RunRecord, time: Instant): RunEvent {
  const { id: run, job, repository, parent } = record;
  const node = nodeOf(record);
  return { time, run, job, repository, parent, ...(node !== undefined && { node }) };
}
