import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What keeps the sources of a job as they are, written down before it is made. */
export interface FreezeNote {
  readonly job: string;
  readonly repository: string;
  readonly id: string;
  /** Names of volumes in the policy. */
  readonly volumes: readonly string[];
}

const folderIn = (stateDir: string): string => join(stateDir, 'frozen');
const fileOf = (stateDir: string, id: string): string => join(folderIn(stateDir), `${id}.json`);

/** On the disk when it returns. */
export function writeFreezeNote(stateDir: string, note: FreezeNote): void {
  mkdirSync(folderIn(stateDir), { recursive: true, mode: 0o700 });
  const file = openSync(fileOf(stateDir, note.id), 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(note));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** All of them; one that a crash left half written says nothing, for nothing was made yet. */
export function freezeNotes(stateDir: string): readonly FreezeNote[] {
  return namesIn(folderIn(stateDir)).flatMap((name) => {
    try {
      return [JSON.parse(readFileSync(join(folderIn(stateDir), name), 'utf8')) as FreezeNote];
    } catch {
      return [];
    }
  });
}

export const removeFreezeNote = (stateDir: string, id: string): void => rmSync(fileOf(stateDir, id), { force: true });

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
