import type { Action } from '../command.ts';
import type { FindFlags } from '../commands/find.ts';
import { foundDocument } from '../documents/find-document.ts';
import { groupHits, lastVersions } from '../find/group.ts';
import { refusePattern } from '../find/pattern.ts';
import { rangeOf, search } from '../find/search.ts';
import { showFound } from '../find/show-found.ts';

export const action: Action<FindFlags> = async (session, [pattern = ''], flags) => {
  refusePattern(pattern);
  const range = await rangeOf(session, flags);
  const all = groupHits(await search(session, range, { pattern, ignoreCase: flags.ignoreCase === true }));
  const found = flags.allVersions === true ? all : lastVersions(all);
  if (session.json) {
    const repositories = range.repositories.map(({ name }) => name);
    return session.document('find', { pattern, repositories, paths: found.map(foundDocument) });
  }
  if (found.length === 0) return session.notice('Nothing fits.');
  showFound(session, found);
};
