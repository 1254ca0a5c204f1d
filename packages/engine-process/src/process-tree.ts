import { readdirSync, statSync } from 'node:fs';
import type { ProcessIdentity } from '@umbracore/contracts';
import { isDefunct, livingProcesses, readStat, type ProcStat } from './proc-stat.ts';

/** Sends a signal; a process that has ended meanwhile is no error. A stopped process is continued, or it could not react. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
    process.kill(pid, 'SIGCONT');
  } catch {
    // Ended, or not ours to signal.
  }
}

/** Stops a process where it is, or lets it go on. False if it is not there. */
export function haltProcess(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** True of a process that has come to a stop, or to its end. */
export function standsStill(pid: number): boolean {
  const stat = readStat(pid);
  return stat === undefined || isDefunct(stat) || stat.state.toUpperCase() === 'T';
}

/** A process with its children, and theirs. */
function familyOf(root: number, processes: readonly ProcStat[]): ReadonlySet<number> {
  const family = new Set([root]);
  for (let before = 0; before < family.size;) {
    before = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return family;
}

/**
 * Pids of everyone who works for this engine: the members of the session that `shim` founded, and the engine's descendants
 * although they may have founded their own. Oldest first; the shim is not among them.
 */
export function treeOf(shim: number, engine: ProcessIdentity | undefined): readonly number[] {
  const processes = livingProcesses();
  const family = engine === undefined ? new Set<number>() : familyOf(engine.pid, processes);
  return processes
    .filter(({ pid, session }) => pid !== shim && (session === shim || family.has(pid)))
    .map(({ pid }) => pid);
}

/** Members of a session other than its founder, oldest first. */
export function sessionMembers(session: number): readonly number[] {
  return treeOf(session, undefined);
}

/** True if the process has one of these files open, whatever path it was opened by. */
export function holdsFile(pid: number, paths: readonly string[]): boolean {
  const wanted = paths.map(fileKey).filter((key) => key !== undefined);
  return descriptorsOf(pid).some((descriptor) => wanted.includes(fileKey(`/proc/${pid}/fd/${descriptor}`) ?? ''));
}

function fileKey(path: string): string | undefined {
  const stat = attempt(() => statSync(path, { throwIfNoEntry: false }));
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}

function descriptorsOf(pid: number): readonly string[] {
  return attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
}

/** What ends meanwhile, or is not ours to see, is not there. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
