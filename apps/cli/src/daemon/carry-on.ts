import { eventDocument, runDocument } from '@umbracore/runtime/documents';
import { stateFolder } from '@umbracore/runtime/place';
import { RunRequest } from '../doors/run-request.ts';
import type { RunTeller } from '../run/run-teller.ts';
import type { Session } from '../session.ts';
import { DaemonClient } from './daemon-client.ts';
import { readNote } from './read-note.ts';
import { followRequest, type DaemonWork } from './follow-request.ts';

/** So long is waited for another daemon: one that was restarted is back sooner. */
const patienceMs = 5000;
const lookEveryMs = 100;

/**
 * Sees a request to its end whose daemon has ended: by the next daemon, which adopts the run under way, or else here. The key
 * makes it the same request to whoever gets it.
 */
export async function carryOn(session: Session, work: DaemonWork, teller: RunTeller): Promise<number> {
  session.notice('The daemon has ended. What runs goes on; looking for the next daemon.');
  const { systemClock } = await import('../doors/process-table.ts');
  const deadline = systemClock.monotonicMs() + patienceMs;
  while (systemClock.monotonicMs() < deadline) {
    await systemClock.sleep(lookEveryMs);
    const note = readNote(stateFolder(session.place()));
    if (note === undefined) continue;
    const outcome = await followRequest(session, new DaemonClient(note), work, teller);
    if (typeof outcome === 'object') return outcome.exitCode;
  }
  session.notice('There is none: carrying on here.');
  return await finishHere(session, work, teller);
}

async function finishHere(session: Session, { key, ...work }: DaemonWork, teller: RunTeller): Promise<number> {
  const sources = await session.runtime({ jobsRequired: true });
  using _events = sources.events.onAny((event) => teller.show(eventDocument(event)));
  const request = new RunRequest({ sources, work, key });
  const { cancel } = session.interrupt;
  const cancelRequest = (): void => request.cancel(String(cancel.reason));
  cancel.addEventListener('abort', cancelRequest, { once: true });
  if (cancel.aborted) cancelRequest();
  const { exitCode, runs, problems } = await request.ended;
  for (const run of runs) teller.ended(runDocument(run));
  for (const error of problems) session.problem(error);
  return exitCode;
}
