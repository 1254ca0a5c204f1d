import type { RunRecord } from '@umbracore/contracts';
import { errorDocument, repositoryDocument, runDocument } from '@umbracore/runtime/documents';
import type { RunRequest } from './run-request.ts';

export type RequestDocument = ReturnType<typeof requestDocument>;

/** A request as `umbra.request/1`. */
export const requestDocument = (
  { end, problems, follow }: RunRequest,
  key: string | undefined,
  runs: readonly RunRecord[],
) => ({
  schema: 'umbra.request/1',
  key: key ?? null,
  exitCode: end?.exitCode ?? null,
  runs: runs.map(runDocument),
  follow: follow.map(({ job, repository }) => ({ job, repository: repositoryDocument(repository) })),
  problems: problems.map(errorDocument),
});
