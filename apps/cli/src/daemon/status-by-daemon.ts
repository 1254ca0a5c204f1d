import { isUmbraError } from '@umbracore/contracts';
import type { StatusFlags } from '../commands/status.ts';
import type { Session } from '../session.ts';
import type { Standings } from '../status/answer-status.ts';
import { statusPath, type EarlyQuestion } from './early-question.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';

/** What the daemon knows of the named jobs, or of all. Undefined if there is none, or none that answers. */
export async function statusByDaemon(
  session: Session,
  names: readonly string[],
  { maxAge }: StatusFlags,
  early?: EarlyQuestion,
): Promise<Standings | undefined> {
  const client = daemonFor(session, early);
  if (client === undefined) return undefined;
  const wanted = names.map((name) => `job=${encodeURIComponent(name)}`);
  if (maxAge !== undefined) wanted.push(`maxAgeMs=${maxAge}`);
  try {
    return await client.get<Standings>(statusPath(wanted));
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'daemon.unreachable') throw error;
    sayDetail(session, 'Without the daemon: it does not answer.');
    return undefined;
  }
}
