import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isInSightOf, type Instant, type ProcessIdentity, type ProcessTable } from '@umbracore/contracts';
import { isDefunct, readStat } from './proc-stat.ts';

/** The kernel shows times to programs in this unit on every architecture (`USER_HZ`), whatever its own tick is. */
const millisecondsPerTick = 10;

/** What one operating system tells about a process. */
interface ProcessSource {
  readonly bootId: string;
  readonly pids?: string | undefined;
  /** Undefined if no such process runs. */
  startTime(pid: number): string | undefined;
  startedAt(startTime: string): Instant | undefined;
}

/** The processes of this machine, seen through `/proc`, or through `ps` where there is none. */
export function systemProcessTable(): ProcessTable {
  const host = hostname();
  const source = linuxSource() ?? psSource();
  const { bootId, pids } = source;
  const identityOf = (pid: number, startTime: string): ProcessIdentity =>
    pids === undefined ? { pid, startTime, bootId, host } : { pid, startTime, bootId, host, pids };
  const identify = (pid: number): ProcessIdentity | undefined => {
    const startTime = source.startTime(pid);
    return startTime === undefined ? undefined : identityOf(pid, startTime);
  };
  const here = identityOf(process.pid, '');
  return {
    self: () => identify(process.pid) ?? here,
    identify,
    isAlive: (identity) =>
      isInSightOf(here, identity) &&
      identity.bootId === bootId &&
      isSameStart(identity.startTime, source.startTime(identity.pid)),
    startedAt(pid) {
      const startTime = source.startTime(pid);
      return startTime === undefined ? undefined : source.startedAt(startTime);
    },
  };
}

/** Start of a process that runs but whose start may not be seen. Nothing proves that it is another one. */
const hidden = '';

function isSameStart(expected: string, found: string | undefined): boolean {
  return found === expected || found === hidden;
}

function pidNamespace(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch {
    return undefined;
  }
}

function linuxSource(): ProcessSource | undefined {
  const bootId = readText('/proc/sys/kernel/random/boot_id')?.trim();
  if (bootId === undefined) return undefined;
  return {
    bootId,
    pids: pidNamespace(),
    startTime(pid) {
      const stat = readStat(pid);
      if (stat !== undefined) return isDefunct(stat) ? undefined : stat.startTime;
      return isThere(pid) ? hidden : undefined;
    },
    startedAt(startTime) {
      const bootSeconds = /^btime (\d+)$/m.exec(readText('/proc/stat') ?? '')?.[1];
      if (bootSeconds === undefined || startTime === hidden) return undefined;
      return Number(bootSeconds) * 1000 + Number(startTime) * millisecondsPerTick;
    },
  };
}

/**
 * With `/proc` mounted `hidepid`, processes of other users cannot be seen, and without a free descriptor none can. Asking to
 * signal one tells that it is there.
 */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** For macOS. Written from its manual and never tried. */
function psSource(): ProcessSource {
  return {
    bootId: output('sysctl', ['-n', 'kern.bootsessionuuid']) ?? '',
    startTime(pid) {
      const line = output('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
      const [state, ...start] = line?.split(/\s+/) ?? [];
      return state === undefined || state.startsWith('Z') ? undefined : start.join(' ');
    },
    startedAt(startTime) {
      const instant = Date.parse(startTime);
      return Number.isNaN(instant) ? undefined : instant;
    },
  };
}

function output(program: string, args: readonly string[]): string | undefined {
  try {
    const text = execFileSync(program, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { LC_ALL: 'C' },
    });
    return text.trim() === '' ? undefined : text.trim();
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
