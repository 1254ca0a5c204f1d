import { refusePattern, lastVersions, search, type SearchAnswer } from '@umbracore/runtime/history';
import { searchDocument, worstOf } from '@umbracore/runtime/documents';
import { drawFilling } from '../catalog/draw-filling.ts';
import type { Action } from '../command.ts';
import type { FindFlags } from '../commands/find.ts';
import { partOfName } from '../find/part-of-name.ts';
import { rangeOf } from '../find/range.ts';
import { showFound } from '../find/show-found.ts';
import { tellFailures } from '../output/tell-failures.ts';
import { tellAge } from '../refs/tell-age.ts';
import type { Session } from '../session.ts';

export const action: Action<FindFlags> = async (session, [text = ''], flags) => {
  const pattern = flags.part === true ? partOfName(text) : text;
  refusePattern(pattern);
  const range = await rangeOf(session, flags);
  const answer = await search(await session.runtime(), {
    ...range,
    pattern,
    ignoreCase: flags.ignoreCase === true,
    limit: flags.limit,
    offline: flags.offline,
    signal: session.interrupt.signal,
    fill: (repository, progress) => drawFilling(session, repository, progress),
  });
  const [failure] = answer.failures;
  if (failure !== undefined && answer.searched.length === 0) throw failure.error;
  const paths = flags.allVersions === true ? answer.paths : lastVersions(answer.paths);
  if (session.json) session.document('find', searchDocument(pattern, { ...answer, paths }));
  else show(session, { ...answer, paths });
  return worstOf(answer.failures.map(({ error }) => error.exitCode));
};

function show(session: Session, { paths, isLimited, searched, failures }: SearchAnswer): void {
  for (const { repository, asOf } of searched) tellAge(session, repository, asOf);
  if (paths.length === 0) session.notice('Nothing fits.');
  else showFound(session, paths);
  if (isLimited) session.notice('More paths fit than these: narrow the search, or raise --limit.');
  tellFailures(session, failures, 'searched');
}
