import type { RepositoryFailure } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import { problemLines } from './problem.ts';

/** Beside what the others answered: the repositories that could not be asked, each with its reason. */
export function tellFailures(
  { stderr, signs }: Session,
  failures: readonly RepositoryFailure[],
  couldNot: 'read' | 'searched',
): void {
  for (const { repository, error } of failures) {
    const isPart = error.code === 'repository.damaged';
    const what = isPart ? `not everything of ${repository} could` : `${repository} could not`;
    stderr.line(`${stderr.style.yellow(signs.attention)} ${what} be ${couldNot}:`);
    for (const line of problemLines(error, stderr.style, false)) stderr.line(line);
  }
}
