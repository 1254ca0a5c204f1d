import type { UmbraError } from '@umbracore/contracts';
import type { RequestDocument } from '@umbracore/daemon';
import { exitCodes, worstOf } from '@umbracore/runtime/documents';
import { titleOf } from '../progress/sentences.ts';
import { RunTeller } from '../run/run-teller.ts';
import type { Session } from '../session.ts';
import { errorOf } from './daemon-client.ts';
import { daemonFor } from './find-daemon.ts';
import type { DaemonWork } from './follow-request.ts';

/**
 * Lets the daemon carry out a request, and says which runs it began. Undefined if there is none that would do the same. Throws what
 * it refuses with, and `daemon.unreachable`.
 */
export async function leaveToDaemon(session: Session, body: Omit<DaemonWork, 'key'>): Promise<number | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const request = { method: 'POST', path: '/v1/runs', headers, body, isPatient: true } as const;
  const { schema: _, ...document } = await client.ask<RequestDocument>(request);
  const { exitCode } = document;
  const problems = document.problems.map((problem) => errorOf(problem));
  if (session.json) session.document('request', document);
  else tell(session, document, problems);
  // What goes on may still end in any way: that it was accepted is what was asked for.
  return exitCode ?? worstOf([exitCodes.done, ...problems.map((problem) => problem.exitCode)]);
}

function tell(
  session: Session,
  { runs, follow }: Pick<RequestDocument, 'runs' | 'follow'>,
  problems: readonly UmbraError[],
): void {
  using teller = new RunTeller(session);
  for (const problem of problems) session.problem(problem);
  for (const run of runs) if (run.outcome !== null) teller.ended(run);
  if (session.verbosity < 0) return;
  const { signs, stdout } = session;
  for (const run of runs.filter(({ outcome }) => outcome === null)) {
    const title = titleOf(run, signs, stdout.style);
    session.done(`${title}  the daemon runs it: umbra show ${run.id}`);
  }
  for (const next of follow) session.say(`${signs.none} ${titleOf(next, signs, stdout.style)}  follows`);
}
