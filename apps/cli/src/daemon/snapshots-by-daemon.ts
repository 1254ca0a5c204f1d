import { isUmbraError } from '@umbracore/contracts';
import type { SnapshotsDocument } from '@umbracore/runtime/documents';
import type { SnapshotsFlags } from '../commands/snapshots.ts';
import type { Session } from '../session.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';

/**
 * The snapshots as the daemon lists them, which has the keys of repositories that were in use a moment ago. Undefined if there is
 * none, or none that answers.
 */
export async function snapshotsByDaemon(
  session: Session,
  job: string | undefined,
  flags: SnapshotsFlags,
): Promise<SnapshotsDocument | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  try {
    // A repository that answers late is waited for, as it would be without the daemon.
    const { schema: _, ...document } = await client.ask<SnapshotsDocument & { readonly schema: string }>({
      method: 'GET',
      path: `/v1/snapshots${queryOf(job, flags)}`,
      isPatient: true,
    });
    return document;
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'daemon.unreachable') throw error;
    sayDetail(session, 'Without the daemon: it does not answer.');
    return undefined;
  }
}

function queryOf(job: string | undefined, { tag: tags = [], ...flags }: SnapshotsFlags): string {
  const query = new URLSearchParams();
  for (const tag of tags) query.append('tag', tag);
  for (const [name, value] of Object.entries({ job, ...flags }))
    if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
