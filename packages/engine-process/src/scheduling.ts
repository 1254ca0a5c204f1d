import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { promisify } from 'node:util';
import type { Clock, EngineLimits, EnginePriority } from '@umbracore/contracts';
import { errnoOf } from './errno.ts';
import { readStat } from './proc-stat.ts';
import { weigh } from './processor-group.ts';

/**
 * `nice` counts among the processes of one session only where the kernel groups them by session (autogroups): what counts
 * there is the weight of the whole session. `idle` is the kernel's own class for what nobody else wants.
 */
const levels: Readonly<
  Record<EnginePriority, { readonly nice: number; readonly idle: boolean; readonly io: string[] }>
> = {
  normal: { nice: 0, idle: false, io: ['-c2', '-n4'] },
  low: { nice: 10, idle: false, io: ['-c2', '-n7'] },
  idle: { nice: 19, idle: true, io: ['-c3'] },
};

/** A thread or child that is made meanwhile may have been made by one that was not changed yet. */
const mostRounds = 5;

/** Others may not change the weight of a session more often than ten times a second, all sessions of the machine together. */
const autogroupTries = 5;
const autogroupWaitMs = 120;

const toolDeadlineMs = 5000;

export const holdsBack = ({ priority, ioPriority, cpuShare }: EngineLimits): boolean =>
  (priority ?? 'normal') !== 'normal' || (ioPriority ?? 'normal') !== 'normal' || cpuShare !== undefined;

/** True of a process that competes less than we do. */
export function givesWay(pid: number): boolean {
  try {
    return getPriority(pid) > getPriority();
  } catch {
    return false;
  }
}

/**
 * Changes how processes of one session compete, all their threads; gives what could not be done, a sentence each. What they
 * start later inherits it.
 */
export async function schedule(
  members: () => readonly number[],
  limits: EngineLimits,
  clock: Clock,
): Promise<readonly string[]> {
  const pids = members();
  const [first] = pids;
  if (first === undefined) return [];
  const { nice } = levels[limits.priority ?? 'normal'];
  const session = weighSession(first, nice, clock);
  const told = [weigh(readStat(first)?.session ?? first, pids, limits)];
  const done = new Set<number>();
  for (let round = 0; round < mostRounds; round++) {
    const left = members().filter((pid) => threadsOf(pid).some((thread) => !done.has(thread)));
    if (left.length === 0) break;
    const threads = left.flatMap(threadsOf);
    told.push(...(await compete(left, threads, limits)));
    for (const thread of threads) done.add(thread);
  }
  told.push(await session);
  return [...new Set([...told.filter((text) => text !== undefined), ...beNice(members, nice)])];
}

/** What programs do that change one thing each, all of them at once. */
async function compete(
  pids: readonly number[],
  threads: readonly number[],
  { priority = 'normal', ioPriority = 'normal', cpuShare }: EngineLimits,
): Promise<readonly (string | undefined)[]> {
  return await Promise.all([
    ...pids.map((pid) => classify(pid, levels[priority].idle)),
    run('ionice', [...levels[ioPriority].io, '-p', ...threads.map(String)], `${ioPriority} I/O priority`),
    ...pids.map((pid) =>
      run('taskset', ['-a', '-c', '-p', processors(cpuShare), `${pid}`], 'the share of the processors'),
    ),
  ]);
}

/** Each thread has a niceness of its own. Who may not become less nice again stays so: it is the session that counts. */
function beNice(members: () => readonly number[], nice: number): readonly string[] {
  const done = new Set<number>();
  for (let round = 0; round < mostRounds; round++) {
    const threads = members()
      .flatMap(threadsOf)
      .filter((thread) => !done.has(thread));
    if (threads.length === 0) return [];
    for (const thread of threads) {
      done.add(thread);
      try {
        setPriority(thread, nice);
      } catch (error) {
        if (isGone(error)) continue;
        return [`its priority cannot be raised again while it runs (${codeOf(error)})`].filter(() => !groupsSessions());
      }
    }
  }
  return [];
}

/** Without rights nobody leaves the idle class again; a session that has its weight back hardly feels it. */
async function classify(pid: number, idle: boolean): Promise<string | undefined> {
  const problem = await run('chrt', [idle ? '-i' : '-o', '-a', '-p', '0', `${pid}`], 'the class of its priority');
  return idle || !groupsSessions() ? problem : undefined;
}

async function weighSession(pid: number, nice: number, clock: Clock): Promise<string | undefined> {
  if (!groupsSessions()) return undefined;
  for (let tries = 1; ; tries++) {
    try {
      writeFileSync(`/proc/${pid}/autogroup`, `${nice}`);
      return undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      if (errnoOf(error) !== 'EAGAIN' || tries === autogroupTries)
        return `the weight of its session cannot be changed (${errnoOf(error)})`;
      await clock.sleep(autogroupWaitMs);
    }
  }
}

function groupsSessions(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/sched_autogroup_enabled', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}

function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

/** The last ones of those that we may use ourselves, as a list such as `2-3`. */
function processors(share: number | undefined): string {
  const own = /^Cpus_allowed_list:\s*(\S+)$/m.exec(statusOfSelf())?.[1] ?? '0-4095';
  if (share === undefined) return own;
  const all = own.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  return all.slice(-Math.max(1, Math.round(all.length * share))).join(',');
}

function statusOfSelf(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}

const execute = promisify(execFile);

/** What it says that it could not do; undefined if it did it, or if nobody is left to do it to. */
async function run(tool: string, args: readonly string[], what: string): Promise<string | undefined> {
  try {
    await execute(tool, args, { env: { PATH: toolPath, LC_ALL: 'C' }, timeout: toolDeadlineMs });
    return undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return `${what} takes the program ${tool}, which is not there`;
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    if (/No such process/.test(said)) return undefined;
    return `${what} was refused: ${said.trim().split('\n')[0] ?? errnoOf(error)}`;
  }
}

const toolPath = '/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin:/run/current-system/sw/bin';

const isGone = (error: unknown): boolean => codeOf(error) === 'ESRCH' || codeOf(error) === 'ENOENT';

/** Node tells of a failed system call in a field of its own. */
function codeOf(error: unknown): string {
  const info: unknown = error instanceof Error && 'info' in error ? error.info : undefined;
  return typeof info === 'object' && info !== null && 'code' in info ? String(info.code) : errnoOf(error);
}
