import { isUmbraError, toUmbraError, type RunOptions } from '@umbracore/contracts';
import type { RequestDocument } from '@umbracore/daemon';
import type { EventDocument } from '@umbracore/runtime/documents';
import { tellAlarms } from '../output/alarms.ts';
import type { RunTeller } from '../run/run-teller.ts';
import type { Session } from '../session.ts';
import { askedInTime } from './asked-in-time.ts';
import { errorOf, type DaemonClient } from './daemon-client.ts';
import type { ServerSent } from './server-sent.ts';

/** What is asked of the daemon, under a key that makes it one request however often it is sent. */
export interface DaemonWork {
  readonly key: string;
  readonly jobs: readonly string[];
  readonly all: boolean;
  readonly tags: readonly string[];
  readonly repository?: string | undefined;
  readonly trigger: 'manual';
  /** Seconds; true for as long as it takes. */
  readonly wait?: number | true | undefined;
  readonly options: RunOptions;
}

/** How it went. `lost`: the daemon ended, what runs goes on, and somebody has to see it to its end. */
type Outcome = { readonly exitCode: number } | 'lost' | 'not-begun';

/** Sends the request, or sends it again, and tells what comes of it. */
export async function followRequest(
  session: Session,
  client: DaemonClient,
  { key, ...body }: DaemonWork,
  teller: RunTeller,
): Promise<Outcome> {
  const { cancel } = session.interrupt;
  let asking: Promise<void> | undefined;
  const cancelRequest = (): void => {
    asking ??= client.post(`/v1/requests/${key}/cancel`, { reason: String(cancel.reason) }).then(
      () => undefined,
      // One that the daemon does not know yet is asked for again with the first that is heard of it.
      () => void (asking = undefined),
    );
  };
  session.interrupt.onKill(() => askedInTime(asking));
  cancel.addEventListener('abort', cancelRequest, { once: true });
  try {
    const headers = { accept: 'text/event-stream', 'idempotency-key': key };
    let end: RequestDocument | undefined;
    await client.follow({ method: 'POST', path: '/v1/runs', headers, body }, (sent) => {
      if (cancel.aborted) cancelRequest();
      end = tell(session, teller, sent) ?? end;
    });
    return end === undefined ? 'lost' : { exitCode: end.exitCode ?? 0 };
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'daemon.unreachable') return refuse(session, error);
    return error.context['sent'] === true ? 'lost' : 'not-begun';
  } finally {
    cancel.removeEventListener('abort', cancelRequest);
  }
}

function refuse(session: Session, thrown: unknown): Outcome {
  const error = toUmbraError(thrown);
  session.problem(error);
  return { exitCode: error.exitCode };
}

/** The end, if this was it. */
function tell(session: Session, teller: RunTeller, { name, data }: ServerSent): RequestDocument | undefined {
  const document: unknown = JSON.parse(data);
  if (name === 'problem') session.problem(errorOf(document));
  if (name === 'message') tellEvent(session, teller, document as EventDocument);
  if (name !== 'end') return undefined;
  const end = document as RequestDocument;
  // Whoever came back after a while has not seen every end.
  for (const run of end.runs) teller.ended(run);
  return end;
}

function tellEvent(session: Session, teller: RunTeller, event: EventDocument): void {
  // Said even when nothing else is to be.
  if (event.type === 'state.alarm' && !session.json) tellAlarms(session, [event.alarm]);
  else teller.show(event);
}
