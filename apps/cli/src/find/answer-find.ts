import { UmbraError } from '@umbracore/contracts';
import { worstOf, type FindDocument } from '@umbracore/runtime/documents';
import type { FoundPath, SearchAnswer } from '@umbracore/runtime/history';
import { tellFailures } from '../output/tell-failures.ts';
import { tellAge } from '../refs/tell-age.ts';
import type { Session } from '../session.ts';
import { showFound } from './show-found.ts';

type Answer = Pick<SearchAnswer, 'paths' | 'isLimited' | 'failures'> & {
  /** Catalogs that answered for their repositories. */
  readonly aged: readonly { readonly repository: string; readonly asOf: number | undefined }[];
};

/** Shows what the daemon found. Resolves to the exit code. */
export function answerFind(session: Session, document: FindDocument): number {
  const failures = document.failures.map(({ repository, code, message, hint }) => ({
    repository,
    error: new UmbraError(code, message, { hint: hint ?? undefined }),
  }));
  const [failure] = failures;
  if (failure !== undefined && document.repositories.length === 0) throw failure.error;
  if (session.json) session.document('find', document);
  else {
    const aged = document.outOfReach.map(({ repository, asOf }) => ({ repository, asOf: Date.parse(asOf) }));
    showAnswer(session, { paths: document.paths.map(foundPath), isLimited: document.limited, failures, aged });
  }
  return worstOf(failures.map(({ error }) => error.exitCode));
}

const foundPath = ({ path, versions }: FindDocument['paths'][number]): FoundPath => ({
  path,
  versions: versions.map(({ type, size, modifiedAt, snapshots }) => ({
    type,
    size,
    modifiedAt: Date.parse(modifiedAt),
    holders: snapshots.map(({ time, ...holder }) => ({ ...holder, time: Date.parse(time) })),
  })),
});

export function showAnswer(session: Session, { paths, isLimited, failures, aged }: Answer): void {
  for (const { repository, asOf } of aged) tellAge(session, repository, asOf);
  if (paths.length === 0) session.notice('Nothing fits.');
  else showFound(session, paths);
  if (isLimited) session.notice('More paths fit than these: narrow the search, or raise --limit.');
  tellFailures(session, failures, 'searched');
}
