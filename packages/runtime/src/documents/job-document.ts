import type { Instant, JobDefinition } from '@umbracore/contracts';
import { timestampOrNull } from './timestamp.ts';

/** A job as it is configured, and when its schedules start it next. */
export const jobDocument = (job: JobDefinition, next: Instant | undefined) => ({
  id: job.id,
  kind: job.kind,
  description: job.description,
  enabled: job.enabled,
  // A job of another kind than backup has none.
  sources: job.kind === 'backup' ? job.sources : [],
  repositories: job.repositories,
  schedules: job.schedules.map(({ text }) => text),
  after: upstreamOf(job),
  nextRun: timestampOrNull(next),
  tags: job.tags,
});

/** The jobs whose end it is due after, each once. */
export const upstreamOf = ({ after = [] }: JobDefinition): readonly string[] => [
  ...new Set(after.map(({ job }) => job)),
];
