import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isInSightOf,
  type DaemonNote,
  type Heartbeat,
  type Instant,
  type ProcessIdentity,
  type ProcessTable,
} from '@umbracore/contracts';

/** The daemon writes at least once a minute. */
const silentAfterMs = 5 * 60_000;

/**
 * What the files in the state folder tell of the daemon, whether it can be asked or not. `absent`: none was started, or the last
 * one ended properly; `well`: it works; `silent`: its process is there but does not write; `gone`: its process ended without
 * taking its leave.
 */
export interface DaemonHealth {
  readonly state: 'absent' | 'well' | 'silent' | 'gone';
  readonly pid: number | undefined;
  readonly heartbeatAt: Instant | undefined;
  /** When it will start something next. */
  readonly nextAt: Instant | undefined;
  readonly note: DaemonNote | undefined;
}

interface Files {
  readonly note: DaemonNote | undefined;
  readonly heartbeat: Heartbeat | undefined;
}

/** Never rejects: files that cannot be read or make no sense are as good as none. */
export async function daemonHealth(stateDir: string, processTable: ProcessTable, now: Instant): Promise<DaemonHealth> {
  const [note, heartbeat] = await Promise.all([
    read<DaemonNote>(join(stateDir, 'daemon.json'), 'startedAt'),
    read<Heartbeat>(join(stateDir, 'heartbeat.json'), 'at'),
  ]);
  const owner = note?.process ?? heartbeat?.process;
  return {
    state: owner === undefined ? 'absent' : stateOf({ note, heartbeat }, owner, processTable, now),
    pid: owner?.pid,
    heartbeatAt: heartbeat?.at,
    nextAt: heartbeat?.nextAt ?? undefined,
    note,
  };
}

function stateOf(
  files: Files,
  owner: ProcessIdentity,
  processTable: ProcessTable,
  now: Instant,
): DaemonHealth['state'] {
  // One that has just begun has not written yet.
  const wroteAt = Math.max(files.heartbeat?.at ?? 0, files.note?.startedAt ?? 0);
  const state = now - wroteAt <= silentAfterMs ? 'well' : 'silent';
  // A state folder may be shared: of a daemon in another container or on another host only its files are to be seen.
  if (!isInSightOf(processTable.self(), owner)) return state;
  return processTable.isAlive(owner) ? state : 'gone';
}

async function read<T extends { readonly process: ProcessIdentity }>(
  file: string,
  instant: keyof T & string,
): Promise<T | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isWritten(value, instant) ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

function isWritten(value: unknown, instant: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { process, [instant]: at } = value as Readonly<Record<string, unknown>>;
  return typeof at === 'number' && typeof process === 'object' && process !== null && 'pid' in process;
}
