import { isUmbraError } from '@umbracore/contracts';
import type { RunDocument } from '@umbracore/runtime/documents';
import type { Cancelled } from '../cancel/answer-cancel.ts';
import type { Session } from '../session.ts';
import type { DaemonClient } from './daemon-client.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';

/**
 * Ends the runs of a job, or one run, by the daemon, and waits for it; what follows of a job in a request does not begin any more.
 * Undefined if there is no daemon, or it knows of no such run: who reads the configuration can say more about the name.
 */
export async function cancelByDaemon(session: Session, text: string): Promise<Cancelled | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  try {
    const ids = await openRunsOf(client, text);
    const paths = ids.length === 0 ? [`jobs/${encodeURIComponent(text)}`] : ids.map((id) => `runs/${id}`);
    const asked = await Promise.all(paths.map((path) => client.post<Cancelled>(`/v1/${path}/cancel`)));
    return {
      runs: await Promise.all(asked.flatMap(({ runs }) => runs).map((run) => seeToItsEnd(session, client, run))),
      follow: asked.flatMap(({ follow }) => follow),
      dropped: asked.flatMap(({ dropped }) => dropped),
    };
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    if (error.code === 'daemon.unreachable') sayDetail(session, 'Without the daemon: it does not answer.');
    else if (error.code !== 'usage.unknown-run') throw error;
    return undefined;
  }
}

/** The ids of the open runs that are meant, if it is no job. */
async function openRunsOf(client: DaemonClient, text: string): Promise<readonly string[]> {
  if (!text.startsWith('r-')) return [];
  const { runs } = await client.get<{ readonly runs: readonly RunDocument[] }>(
    '/v1/runs?state=queued&state=running&state=retrying&limit=1000',
  );
  if (runs.some(({ job }) => job === text)) return [];
  return runs.map(({ id }) => id).filter((id) => id.startsWith(text));
}

async function seeToItsEnd(session: Session, client: DaemonClient, { id, job }: RunDocument): Promise<RunDocument> {
  session.notice(`Asked ${id} of ${job} to end.`);
  // Answered when it has ended, however long that takes.
  const wait = { method: 'GET', path: `/v1/runs/${id}?wait=true`, isPatient: true } as const;
  return (await client.ask<{ readonly run: RunDocument }>(wait)).run;
}
