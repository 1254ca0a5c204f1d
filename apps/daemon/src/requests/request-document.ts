import type { RunRecord } from '@umbracore/contracts';
import { errorDocument, repositoryDocument, runDocument } from '@umbracore/runtime/documents';
import type { Awaited, RunRequest } from './run-request.ts';

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
  follow: follow.map(awaitedDocument),
  problems: problems.map(errorDocument),
});

export const awaitedDocument = ({ job, repository }: Awaited) => ({ job, repository: repositoryDocument(repository) });
