import { isUmbraError } from '@umbracore/contracts';
import type { RunDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import type { DaemonClient } from './daemon-client.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';

/**
 * Ends the runs of a job, or one run, by the daemon, and waits for it. Undefined if there is no daemon, or it knows of no such
 * run: who reads the configuration can say more about the name.
 */
export async function cancelByDaemon(session: Session, text: string): Promise<readonly RunDocument[] | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  try {
    const runs = await openRunsOf(client, text);
    if (runs.length === 0) return undefined;
    return await Promise.all(runs.map((run) => cancelOne(session, client, run)));
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'daemon.unreachable') throw error;
    sayDetail(session, 'Without the daemon: it does not answer.');
    return undefined;
  }
}

async function openRunsOf(client: DaemonClient, text: string): Promise<readonly RunDocument[]> {
  const { runs } = await client.get<{ readonly runs: readonly RunDocument[] }>(
    '/v1/runs?state=queued&state=running&state=retrying&limit=1000',
  );
  return runs.filter(({ id, job }) => job === text || id === text || (text.startsWith('r-') && id.startsWith(text)));
}

async function cancelOne(session: Session, client: DaemonClient, { id, job }: RunDocument): Promise<RunDocument> {
  await client.post(`/v1/runs/${id}/cancel`);
  session.notice(`Asked ${id} of ${job} to end.`);
  // Answered when it has ended, however long that takes.
  const wait = { method: 'GET', path: `/v1/runs/${id}?wait=true`, isPatient: true } as const;
  return (await client.ask<{ readonly run: RunDocument }>(wait)).run;
}
