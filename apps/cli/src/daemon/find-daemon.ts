import { UmbraError, type DaemonNote } from '@umbracore/contracts';
import { stateFolder } from '@umbracore/runtime/place';
import type { Session } from '../session.ts';
import { DaemonClient } from './daemon-client.ts';
import type { EarlyQuestion } from './early-question.ts';
import { whyNot } from './why-not.ts';
import { readNote } from './read-note.ts';

/**
 * The daemon that would do for a call what the call would do itself: it keeps the same state, with the same configuration,
 * in the same version. Undefined if there is none; why not is said to whoever asked for details.
 */
export function daemonFor(session: Session, early?: EarlyQuestion): DaemonClient | undefined {
  if (session.daemonRefused) return undefined;
  const found = look(session);
  if (found === undefined) return undefined;
  const { note, reason } = found;
  if (reason === undefined) return new DaemonClient(note, early);
  sayDetail(session, `Without the daemon: ${reason}.`);
  return undefined;
}

/** That none would do for a call what only a daemon can do, and why. */
export function noDaemon(session: Session, hint: string): UmbraError {
  const found = look(session);
  const why = found === undefined ? `no daemon works on ${stateFolder(session.place())}` : found.reason;
  return new UmbraError('daemon.unreachable', why ?? 'the daemon does not answer', { hint });
}

/** The note of the daemon that there is, and why it would not do. */
function look(session: Session): { readonly note: DaemonNote; readonly reason: string | undefined } | undefined {
  const place = session.place();
  const note = readNote(stateFolder(place));
  if (note === undefined) return undefined;
  const { cwd, env, home, configFile: path } = place;
  return { note, reason: whyNot(note, { path, cwd, env, home }) };
}

export function sayDetail(session: Session, text: string): void {
  if (session.verbosity > 0) session.notice(session.stderr.style.dim(text));
}
