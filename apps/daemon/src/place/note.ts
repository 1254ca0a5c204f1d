import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonNote, Heartbeat } from '@umbracore/contracts';
import { writeAtomically } from './write-atomically.ts';

const noteFile = (folder: string): string => join(folder, 'daemon.json');
const heartbeatFile = (folder: string): string => join(folder, 'heartbeat.json');

export const writeNote = (folder: string, note: DaemonNote): void =>
  writeAtomically(noteFile(folder), `${JSON.stringify(note)}\n`);

export const writeHeartbeat = (folder: string, heartbeat: Heartbeat): void =>
  writeAtomically(heartbeatFile(folder), `${JSON.stringify(heartbeat)}\n`);

/** At a clean end. The heartbeat stays: it tells when there was a daemon last. */
export const removeNote = (folder: string): void => rmSync(noteFile(folder), { force: true });
