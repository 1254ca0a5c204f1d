import { isUmbraError, UmbraError, type Progress } from '@umbracore/contracts';
import type { EventDocument, WorkDocument } from '@umbracore/runtime/documents';
import type { Interrupt } from '../interrupt.ts';
import type { Session } from '../session.ts';
import { errorOf, type DaemonClient } from './daemon-client.ts';
import { askedInTime } from './asked-in-time.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';

/** Something long that is done to a repository, as the API of the daemon takes it. */
export interface Care {
  readonly path: string;
  readonly body: object;
  readonly report: (progress: Progress) => void;
  /** It is about the daemon itself: the call does not begin anew where that has ended. */
  readonly isItsOwn?: boolean;
}

/**
 * Lets the daemon carry it out, and tells how far it is. Resolves to the document that it ended with; undefined if there is no daemon
 * that would do the same, or if it ended meanwhile: then it is for the call itself. Throws what it failed with.
 */
export async function careByDaemon<Document>(
  session: Session,
  care: Care,
): Promise<Omit<Document, 'schema'> | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  session.interrupt.leaveRuns();
  const end = await follow(session, client, care);
  if (end === undefined) {
    session.interrupt.signal.throwIfAborted();
    session.releaseSignals();
    return undefined;
  }
  // The signal says it in the words of whoever gave it.
  if (end.state === 'cancelled') session.interrupt.signal.throwIfAborted();
  if (end.error !== null) throw errorOf(end.error);
  const { schema: _, ...document } = end.result as Document & { readonly schema: string };
  return document;
}

/** What the work ended with; undefined if the daemon is gone. */
export async function follow(
  session: Pick<Session, 'notice' | 'stderr' | 'verbosity'> & {
    readonly interrupt: Pick<Interrupt, 'cancel' | 'onKill'>;
  },
  client: Pick<DaemonClient, 'post' | 'follow'>,
  { path, body, report, isItsOwn = false }: Care,
): Promise<WorkDocument | undefined> {
  const { cancel } = session.interrupt;
  const begun = client.post<WorkDocument>(path, body);
  let asking: Promise<unknown> | undefined;
  // Before it has begun nothing can be cancelled, and afterwards it goes on without us.
  const stop = (): void => {
    const reason = String(cancel.reason);
    asking = begun.then(({ id }) => client.post(`/v1/repository-works/${id}/cancel`, { reason })).catch(ignore);
  };
  session.interrupt.onKill(() => askedInTime(asking));
  if (cancel.aborted) stop();
  else cancel.addEventListener('abort', stop, { once: true });
  try {
    const { id } = await begun;
    let end: WorkDocument | undefined;
    const headers = { accept: 'text/event-stream' };
    await client.follow({ method: 'GET', path: `/v1/repository-works/${id}`, headers }, ({ name, data }) => {
      if (name === 'end') end = JSON.parse(data) as WorkDocument;
      else tell(JSON.parse(data) as EventDocument, report);
    });
    if (end === undefined && !isItsOwn) session.notice('The daemon has ended, and this with it: beginning anew here.');
    return end;
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    if (error.code === 'job.already-running') throw alreadyRunning(error);
    if (error.code !== 'daemon.unreachable') throw error;
    sayDetail(session, 'Without the daemon: it does not answer.');
    return undefined;
  } finally {
    cancel.removeEventListener('abort', stop);
  }
}

/** It has ended, or nobody is there to stop it. */
const ignore = (): void => {};

function tell(event: EventDocument, report: Care['report']): void {
  if (event.type !== 'work.progress') return;
  const { phase, percentage, filesProcessed, filesTotal, bytesProcessed, bytesTotal, errorCount } = event;
  report({
    phase,
    percentage: percentage ?? undefined,
    filesProcessed,
    filesTotal: filesTotal ?? undefined,
    bytesProcessed,
    bytesTotal: bytesTotal ?? undefined,
    currentFiles: [],
    errorCount,
  });
}

const alreadyRunning = ({ code, message }: UmbraError): UmbraError =>
  new UmbraError(code, message, { hint: 'The daemon does one thing at a time to a repository: wait for it.' });
