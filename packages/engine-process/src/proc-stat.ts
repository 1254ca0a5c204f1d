import { readdirSync, readFileSync } from 'node:fs';

/** What `/proc/<pid>/stat` says about a process. */
export interface ProcStat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
  /** Pid of the process that founded the session. */
  readonly session: number;
  /** Clock ticks between boot and start. */
  readonly startTime: string;
}

/** Undefined if there is no such process, or it may not be seen. */
export function readStat(pid: number): ProcStat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The second field is the program's name in parentheses and may itself hold blanks, parentheses and line breaks. */
export function parseStat(text: string): ProcStat | undefined {
  const close = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(close + 2).split(' ');
  const [state, parent, , session] = fields;
  const startTime = fields[19];
  if (close < 0 || Number.isNaN(pid) || state === undefined || startTime === undefined) return undefined;
  return { pid, state, parent: Number(parent), session: Number(session), startTime };
}

/** A process that has ended but was not waited for yet still has a pid. */
export function isDefunct(stat: ProcStat): boolean {
  return stat.state === 'Z' || stat.state === 'X';
}

/** Every process that can be seen and has not ended. Empty where there is no `/proc`. */
export function livingProcesses(): readonly ProcStat[] {
  return processIds()
    .map(readStat)
    .filter((stat) => stat !== undefined)
    .filter((stat) => !isDefunct(stat));
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
