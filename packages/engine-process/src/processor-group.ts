import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { EngineLimits, EnginePriority } from '@umbracore/contracts';
import { reasonOf } from '@umbracore/contracts';
import { findGroupTree, type GroupTree } from './control-groups.ts';

const weights: Readonly<Record<1 | 2, Readonly<Record<EnginePriority, number>>>> = {
  1: { normal: 1024, low: 110, idle: 2 },
  2: { normal: 100, low: 10, idle: 1 },
};

const periodUs = 100_000;
const prefix = 'umbra-';

/** True if the processors are not to be had like by everybody. */
const holdsBack = ({ priority = 'normal', cpuShare }: EngineLimits): boolean =>
  priority !== 'normal' || cpuShare !== undefined;

/**
 * Puts the processes of a session into a control group of their own that competes like this, where this process may make one. It
 * weighs them against everybody beside it, also where the kernel does not group processes by session, and holds them to less
 * than one processor. Gives what could not be done for want of it, a sentence.
 */
export function weigh(session: number, pids: readonly number[], limits: EngineLimits): string | undefined {
  const tree = findGroupTree();
  if (typeof tree === 'string') return withoutGroup(limits, tree);
  removeEmpty(tree.folder);
  const group = join(tree.folder, `${prefix}${session}`);
  // Who was never held back stays where he is.
  if (!holdsBack(limits) && !existsSync(group)) return undefined;
  try {
    mkdirSync(group, { recursive: true });
    describe(group, tree, limits);
    for (const pid of pids) admit(group, pid);
    return undefined;
  } catch (error) {
    removeEmpty(tree.folder);
    return withoutGroup(limits, reasonOf(error));
  }
}

function describe(group: string, { version }: GroupTree, { priority = 'normal', cpuShare }: EngineLimits): void {
  const quotaUs = cpuShare === undefined ? undefined : Math.round(cpuShare * availableParallelism() * periodUs);
  if (!beIdle(group, priority === 'idle'))
    put(group, version === 1 ? 'cpu.shares' : 'cpu.weight', weights[version][priority]);
  if (version === 1) put(group, 'cpu.cfs_quota_us', quotaUs ?? -1);
  else put(group, 'cpu.max', `${quotaUs ?? 'max'} ${periodUs}`);
}

/**
 * Whoever wakes up takes the processor from an idle group at once; from one that merely weighs little only at the next tick, some
 * milliseconds later. False where it is not idle now, also for want of Linux 5.15.
 */
function beIdle(group: string, idle: boolean): boolean {
  if (!existsSync(join(group, 'cpu.idle'))) return false;
  put(group, 'cpu.idle', idle ? 1 : 0);
  return idle;
}

const put = (group: string, file: string, text: string | number): void => writeFileSync(join(group, file), `${text}`);

/** One that has just ended is no trouble. */
function admit(group: string, pid: number): void {
  try {
    put(group, 'cgroup.procs', pid);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Processors can be chosen without a group, but not a part of one. */
function withoutGroup({ cpuShare = 1 }: EngineLimits, why: string): string | undefined {
  if (Math.round(cpuShare * availableParallelism() * 100) >= 100) return undefined;
  return `it has one whole processor, for less takes a control group, and ${why}`;
}

/** Removes groups of engines that have ended; the kernel keeps those with somebody in them. */
export function removeEmptyGroups(): void {
  const tree = findGroupTree();
  if (typeof tree !== 'string') removeEmpty(tree.folder);
}

function removeEmpty(folder: string): void {
  for (const name of listed(folder).filter((each) => each.startsWith(prefix))) {
    try {
      rmdirSync(join(folder, name));
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
