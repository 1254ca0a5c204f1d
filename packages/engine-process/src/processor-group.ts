import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { EngineLimits, EnginePriority } from '@umbracore/contracts';

/**
 * A control group for one engine, where this process may make one: as root, outside of what systemd keeps. It weighs an engine against
 * everybody, also where the kernel does not group processes by session, and holds it to less than one processor.
 */
interface Hierarchy {
  /** Where groups are made. */
  readonly folder: string;
  readonly version: 1 | 2;
}

const weights: Readonly<Record<1 | 2, Readonly<Record<EnginePriority, number>>>> = {
  1: { normal: 1024, low: 110, idle: 2 },
  2: { normal: 100, low: 10, idle: 1 },
};

/** True if the processors are not to be had like by everybody. */
const holdsBack = ({ priority = 'normal', cpuShare }: EngineLimits): boolean =>
  priority !== 'normal' || cpuShare !== undefined;

const periodUs = 100_000;
const prefix = 'umbra-';

/**
 * Puts the processes of a session into a group of their own that competes like this. False where none can be made or is needed;
 * nothing is different then.
 */
export function weigh(session: number, pids: readonly number[], limits: EngineLimits): boolean {
  const hierarchy = findHierarchy();
  if (hierarchy === undefined) return false;
  const { folder, version } = hierarchy;
  removeEmpty(folder);
  const group = join(folder, `${prefix}${session}`);
  // Who was never held back stays where he is.
  if (!holdsBack(limits) && !existsSync(group)) return false;
  try {
    mkdirSync(group, { recursive: true });
    const { priority = 'normal', cpuShare } = limits;
    const put = (file: string, text: string | number): void => writeFileSync(join(group, file), `${text}`);
    const quotaUs = cpuShare === undefined ? undefined : Math.round(cpuShare * availableParallelism() * periodUs);
    put(version === 1 ? 'cpu.shares' : 'cpu.weight', weights[version][priority]);
    if (version === 1) put('cpu.cfs_quota_us', quotaUs ?? -1);
    else put('cpu.max', `${quotaUs ?? 'max'} ${periodUs}`);
    for (const pid of pids) admit(put, pid);
    return true;
  } catch {
    removeEmpty(folder);
    return false;
  }
}

/** One that has just ended is no trouble. */
function admit(put: (file: string, text: number) => void, pid: number): void {
  try {
    put('cgroup.procs', pid);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Groups of engines that have ended; the kernel keeps those with somebody in them. */
export function removeEmpty(folder = findHierarchy()?.folder): void {
  for (const name of folder === undefined ? [] : listed(folder)) {
    if (!name.startsWith(prefix)) continue;
    try {
      rmdirSync(join(folder ?? '', name));
    } catch {
      continue;
    }
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Only at the top: in the groups below, systemd decides, or processes are in the way (version 2). */
function findHierarchy(): Hierarchy | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const own = read('/proc/self/cgroup').split('\n');
  const first = own.find((line) => /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:/.test(line));
  if (first !== undefined) return first.endsWith(':/') ? { folder: '/sys/fs/cgroup/cpu', version: 1 } : undefined;
  const delegates = read('/sys/fs/cgroup/cgroup.subtree_control').split(/\s+/).includes('cpu');
  return own.includes('0::/') && delegates ? { folder: '/sys/fs/cgroup', version: 2 } : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
