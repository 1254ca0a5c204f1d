import type { Progress } from '@umbracore/contracts';
import type { RepositoryWork } from '../repositories/works.ts';
import { errorDocument } from './error-document.ts';
import { restoreProgress } from './restore-document.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** How far something is that is long and no run. */
export const workProgress = (progress: Progress) => ({ phase: progress.phase, ...restoreProgress(progress) });

export type WorkDocument = ReturnType<typeof workDocument>;

/** Something long that is done to a repository, as `umbra.repository-work/1`. */
export const workDocument = (work: RepositoryWork) => ({
  id: work.id,
  kind: work.kind,
  repository: work.repository ?? null,
  beganAt: timestamp(work.beganAt),
  endedAt: timestampOrNull(work.endedAt),
  state: work.state,
  progress: work.progress === undefined ? null : workProgress(work.progress),
  result: work.result ?? null,
  error: work.error === undefined ? null : errorDocument(work.error),
});
