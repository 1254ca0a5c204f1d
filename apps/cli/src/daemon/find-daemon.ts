import { isInSightOf, UmbraError, type DaemonNote, type ProcessTable } from '@umbracore/contracts';
import { stateFolder } from '@umbracore/runtime/place';
import type { Session } from '../session.ts';
import { DaemonClient } from './daemon-client.ts';
import type { EarlyQuestion } from './early-question.ts';
import { whyNot, type Unfit } from './why-not.ts';
import { readNote } from './read-note.ts';

/**
 * The daemon that would do for a call what the call would do itself: it keeps the same state, with the same configuration,
 * in the same version. Undefined if there is none; why not is said to whoever asked for details.
 */
export function daemonFor(session: Session, early?: EarlyQuestion): DaemonClient | undefined {
  if (session.daemonRefused) return undefined;
  const found = look(session);
  if (found === undefined) return undefined;
  const { note, unfit } = found;
  if (unfit === undefined) return new DaemonClient(note, early);
  sayDetail(session, `Without the daemon: ${unfit.text}.`);
  return undefined;
}

/** True if the process that wrote a note is gone. Of one in another container or on another host nothing is to be seen here. */
export const isGone = (table: ProcessTable, { process: identity }: DaemonNote): boolean =>
  isInSightOf(table.self(), identity) && !table.isAlive(identity);

/** That none would do for a call what only a daemon can do, why, and what would help; `instead` does without. */
export async function noDaemon(session: Session, instead: string): Promise<UmbraError> {
  const found = look(session);
  const refusal = (message: string, help: string): UmbraError =>
    new UmbraError('daemon.unreachable', message, { hint: `${help}, or ${instead}` });
  const start = 'Nobody would run it: start a daemon with `umbra daemon start`';
  if (found === undefined) return refusal(`no daemon works on ${stateFolder(session.place())}`, start);
  const { note, unfit } = found;
  const { systemProcessTable } = await import('../doors/process-table.ts');
  if (isGone(systemProcessTable(), note)) return refusal(goneText(note), start);
  if (unfit === undefined) return refusal('the daemon does not answer', 'See `umbra daemon status`');
  return refusal(unfit.text, helpFor(unfit, note));
}

export const goneText = ({ process: { pid } }: DaemonNote): string =>
  `the daemon, process ${pid}, ended without taking its leave`;

function helpFor({ differs }: Unfit, { configFile }: DaemonNote): string {
  if (differs === 'version') return 'Restart it as this version with `umbra daemon restart`';
  return configFile === null ? 'Ask with its configuration' : `Ask with its configuration: \`-c ${configFile}\``;
}

/** The note of the daemon that there is, and why it would not do. */
function look(session: Session): { readonly note: DaemonNote; readonly unfit: Unfit | undefined } | undefined {
  const place = session.place();
  const note = readNote(stateFolder(place));
  if (note === undefined) return undefined;
  const { cwd, env, home, configFile: path } = place;
  return { note, unfit: whyNot(note, { path, cwd, env, home }) };
}

export function sayDetail(session: Pick<Session, 'notice' | 'stderr' | 'verbosity'>, text: string): void {
  if (session.verbosity > 0) session.notice(session.stderr.style.dim(text));
}
