import { realpathSync } from 'node:fs';
import { configurationFile, stateFolder } from '@umbracore/runtime/place';
import type { Session } from '../session.ts';
import { version } from '../version.ts';
import { DaemonClient } from './daemon-client.ts';
import type { EarlyQuestion } from './early-question.ts';
import { readNote } from './read-note.ts';

/**
 * The daemon that would do for a call what the call would do itself: it keeps the same state, with the same configuration,
 * in the same version. Undefined if there is none; why not is said to whoever asked for details.
 */
export function daemonFor(session: Session, early?: EarlyQuestion): DaemonClient | undefined {
  if (session.daemonRefused) return undefined;
  const place = session.place();
  const note = readNote(stateFolder(place));
  if (note === undefined) return undefined;
  const { cwd, env, home, configFile: path } = place;
  const systemScope = process.getuid?.() === 0;
  // A file that is named and not there is told of by whoever needs to read it.
  const file = configurationFile({ path, cwd, env, home, systemScope });
  const reason =
    note.version === version
      ? isSameFile(file, note.configFile)
        ? undefined
        : `the daemon works with ${note.configFile ?? 'another configuration'}`
      : `the daemon is umbra ${note.version}`;
  if (reason === undefined) return new DaemonClient(note, early);
  sayDetail(session, `Without the daemon: ${reason}.`);
  return undefined;
}

export function sayDetail(session: Session, text: string): void {
  if (session.verbosity > 0) session.notice(session.stderr.style.dim(text));
}

function isSameFile(one: string | undefined, other: string | null): boolean {
  if (one === undefined || other === null) return false;
  return one === other || realPath(one) === realPath(other);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
