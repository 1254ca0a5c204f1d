import { searchDocument, worstOf } from '@umbracore/runtime/documents';
import { lastVersions, rangeOf, refusePattern, search } from '@umbracore/runtime/history';
import { drawFilling } from '../catalog/draw-filling.ts';
import type { Action } from '../command.ts';
import type { FindFlags } from '../commands/find.ts';
import { findByDaemon } from '../daemon/find-by-daemon.ts';
import { answerFind, showAnswer } from '../find/answer-find.ts';
import { tellAhead } from '../refs/tell-ahead.ts';
import { patternOf, typeOf } from '../find/wanted.ts';

export const action: Action<FindFlags> = async (session, [text = ''], flags) => {
  const pattern = patternOf(text, flags);
  refusePattern(pattern);
  const answered = await findByDaemon(session, text, flags);
  if (answered !== undefined) return answerFind(session, answered);
  const runtime = await session.runtime();
  const reach = { offline: flags.offline, signal: session.interrupt.signal };
  const range = await rangeOf(runtime, { ...flags, type: typeOf(flags) }, reach);
  tellAhead(session, range.ahead);
  const answer = await search(runtime, {
    ...range,
    ...reach,
    pattern,
    ignoreCase: flags.ignoreCase === true,
    limit: flags.limit,
    fill: (repository, progress) => drawFilling(session, repository, progress),
  });
  const [failure] = answer.failures;
  if (failure !== undefined && answer.searched.length === 0) throw failure.error;
  const paths = flags.allVersions === true ? answer.paths : lastVersions(answer.paths);
  if (session.json) session.document('find', searchDocument(pattern, { ...answer, paths }));
  else showAnswer(session, { ...answer, paths, aged: answer.searched });
  return worstOf(answer.failures.map(({ error }) => error.exitCode));
};
