import type { FindDocument } from '@umbracore/runtime/documents';
import type { FindFlags } from '../commands/find.ts';
import { patternOf, typeOf } from '../find/wanted.ts';
import type { Session } from '../session.ts';
import { askDaemon } from './ask-daemon.ts';

const mostPaths = 100_000;

/** What the daemon finds in its catalogs. */
export async function findByDaemon(
  session: Session,
  text: string,
  flags: FindFlags,
): Promise<FindDocument | undefined> {
  const { job, repository, snapshot, allVersions, ignoreCase, size, since, until, limit, offline } = flags;
  if (limit !== undefined && limit > mostPaths) return undefined;
  return await askDaemon<FindDocument>(session, '/v1/find', {
    pattern: patternOf(text, flags),
    job,
    repository,
    snapshot,
    allVersions,
    ignoreCase,
    type: typeOf(flags),
    least: size?.least,
    most: size?.most === Infinity ? undefined : size?.most,
    since: instantText(since),
    until: instantText(until),
    limit,
    offline,
    catalogOnly: true,
  });
}

const instantText = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString();
