import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonNote, Heartbeat } from '@umbracore/contracts';
import type { Daemon } from '../daemon.ts';
import { writeAtomically } from './write-atomically.ts';

const noteFile = (folder: string): string => join(folder, 'daemon.json');
const heartbeatFile = (folder: string): string => join(folder, 'heartbeat.json');

export const noteOf = (
  { version, startedAt, runtime, live: { current } }: Daemon,
  { socket, listen }: Pick<DaemonNote, 'socket' | 'listen'>,
): DaemonNote => ({
  process: runtime.processTable.self(),
  version,
  socket,
  listen,
  configFile: current.file ?? null,
  startedAt,
});

export const writeNote = (folder: string, note: DaemonNote): void =>
  writeAtomically(noteFile(folder), `${JSON.stringify(note)}\n`);

export const writeHeartbeat = (folder: string, heartbeat: Heartbeat): void =>
  writeAtomically(heartbeatFile(folder), `${JSON.stringify(heartbeat)}\n`);

/** At a clean end: a heartbeat that stayed would tell of a daemon that died. */
export function removeNotes(folder: string): void {
  for (const file of [noteFile(folder), heartbeatFile(folder)]) {
    try {
      rmSync(file, { force: true });
    } catch {
      // In a folder that cannot be written they stay, and tell of a process that is gone.
    }
  }
}
