import { UmbraError } from '@umbracore/contracts';
import type { DrillReport, JobId, RepositoryName } from '@umbracore/contracts';
import { emptyEnd, goodEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';

export interface JudgedDrill {
  readonly repository: RepositoryName;
  /** The command that mends it; undefined if its backend cannot. */
  readonly mend: string | undefined;
  /** Jobs that it was told to try and that have no snapshot there. */
  readonly without: readonly JobId[];
  readonly isDry: boolean;
}

/** How a drill ends. What was not compared proves nothing, and is never called a success. */
export function judgeDrill(report: DrillReport, { repository, mend, without, isDry }: JudgedDrill): RunEnd {
  if (report.failureCount > 0) return { ...emptyEnd('failed', failureOf(report, repository, mend).toRecord()), report };
  const missing = without.map((job) => `${repository} has no snapshot of ${job}`);
  const suspicions = [...missing, ...doubtsOf(report, repository, isDry)];
  return suspicions.length === 0 ? goodEnd(report) : { ...emptyEnd('warning', null), suspicions, report };
}

function doubtsOf(
  { files, notCompared, snapshots, leftOut }: DrillReport,
  repository: RepositoryName,
  isDry: boolean,
): readonly string[] {
  if (snapshots.length === 0) return [`${repository} has no snapshot that could be tried`];
  const { tooLarge, oddNames } = leftOut;
  if (files === 0) return [`no file could be tried (${tooLarge} too large, ${oddNames} with odd names)`];
  if (isDry || notCompared < files) return [];
  const [what, it] = files === 1 ? ['one file', 'it'] : [`${files} files`, 'any of them'];
  return [`${what} came back, with nothing to compare ${it} with`];
}

function failureOf(
  { failures, failureCount, files }: DrillReport,
  repository: RepositoryName,
  mend: string | undefined,
): UmbraError {
  const [first] = failures;
  const isLost = failures.some(({ problem }) => problem === 'not-restored');
  const isAbsent = failures.every(({ problem }) => problem === 'absent');
  const shown = `${first?.path ?? 'a file'}: ${first?.reason ?? 'unknown'}`;
  if (isAbsent) {
    const missing = failureCount === 1 ? 'A canary is' : `${failureCount} canaries are`;
    return new UmbraError('restore.incomplete', `${missing} missing in ${repository}, ${shown}`, {
      hint: 'Find out who removed it, and look at the excludes of the job.',
    });
  }
  const what = `${failureCount} of ${files} files of ${repository} did not come back as they were saved, such as ${shown}`;
  return new UmbraError(isLost ? 'verify.damage' : 'restore.differs', what, {
    hint: isLost
      ? `Remove nothing from the repository before it is mended${mend === undefined ? '' : `: ${mend}`}`
      : `Remove nothing from the repository, and find out how much is damaged: umbra verify ${repository} --read all`,
  });
}
