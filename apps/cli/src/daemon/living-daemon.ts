import { isInSightOf, type DaemonNote } from '@umbracore/contracts';
import { systemProcessTable } from '../doors/process-table.ts';
import { DaemonClient } from './daemon-client.ts';
import { readNote } from './read-note.ts';

/** The daemon that works on a state folder: its process lives, or, where that cannot be seen from here, it answers. */
export async function livingDaemon(stateDir: string): Promise<DaemonNote | undefined> {
  const note = readNote(stateDir);
  if (note === undefined) return undefined;
  const table = systemProcessTable();
  const lives = isInSightOf(table.self(), note.process) ? table.isAlive(note.process) : await answers(note);
  return lives ? note : undefined;
}

export async function answers(note: DaemonNote): Promise<boolean> {
  try {
    await new DaemonClient(note).get('/health', [200, 503]);
    return true;
  } catch {
    return false;
  }
}
