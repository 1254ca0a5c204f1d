import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { silentLog, type EngineLimits } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { createEngineProcesses } from '../src/index.ts';
import { spawnCoordinator } from './coordinator.ts';
import { realClock } from './real-clock.ts';
import {
  eventually,
  exited,
  followed,
  killedBy,
  markedProcesses,
  newMark,
  newSpool,
  present,
  processes,
  readProc,
  script,
  shimPid,
  start,
} from './stage.ts';

/** Waits with a child of its own, which is marked too, until it is told to end. Neither makes more processes. */
const waiting = 'trap "" INT; trap "exit 7" TERM; tail -f /dev/null "$1" 2>/dev/null & wait';

const stateOf = (pid: number): string => /\) (\S)/.exec(readProc(pid, 'stat'))?.[1] ?? 'gone';
/** Not the coordinator, which has the whole command in its arguments. */
const membersOf = (mark: string): readonly number[] =>
  markedProcesses(mark).filter((pid) => !readProc(pid, 'cmdline').includes('coordinator-program'));
const parentOf = (pid: number): number => Number(/\) \S (\d+)/.exec(readProc(pid, 'stat'))?.[1]);
const areStopped = (mark: string): boolean => {
  const pids = membersOf(mark);
  return pids.length >= 2 && pids.every((pid) => stateOf(pid) === 'T');
};
/** Who lets a process go on if its coordinator does not: the guard, then its child. */
function guardsOf(pid: number): readonly number[] {
  const all = markedProcesses('umbra-pause-guard').filter((guard) =>
    readProc(guard, 'cmdline').split('\0').includes(`${pid}`),
  );
  return all.toSorted((one, other) => Number(all.includes(parentOf(one))) - Number(all.includes(parentOf(other))));
}
const areRunning = (mark: string): boolean => {
  const pids = membersOf(mark);
  return pids.length >= 2 && pids.every((pid) => stateOf(pid) !== 'T');
};

async function waitingEngine(limits?: EngineLimits) {
  const mark = newMark();
  const spool = newSpool();
  const engine = await processes.start(script(waiting, mark), { spool, orphanPolicy: 'adopt', limits });
  await eventually(() => areRunning(mark), 'the engine and its child');
  return { mark, spool, engine, pid: present(engine.identity()).pid };
}

const groupsSessions = readProc('sys/kernel', 'sched_autogroup_enabled').trim() === '1';
const mayGroup = process.getuid?.() === 0 && /^\d+:cpu:\/$/m.test(readProc('self', 'cgroup'));
const isRoot = process.getuid?.() === 0;
const sessionNice = (pid: number): string | undefined => /nice (-?\d+)/.exec(readProc(pid, 'autogroup'))?.[1];
const told = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' }).trim();
const processorsOf = (pid: number): string => /Cpus_allowed_list:\s*(\S+)/.exec(readProc(pid, 'status'))?.[1] ?? '';

describe('an engine stands still', () => {
  test('with its children, and goes on', async () => {
    const { mark, engine, spool } = await waitingEngine();
    expect(await engine.pause()).toBe(true);
    await eventually(() => areStopped(mark), 'stopped');
    expect(stateOf(shimPid(spool))).not.toBe('T');
    await engine.resume();
    await eventually(() => areRunning(mark), 'running');
    await engine.kill();
    expect(await engine.pause()).toBe(false);
  });

  test('an interrupt reaches it all the same', async () => {
    const { engine } = await waitingEngine();
    await engine.pause();
    await engine.interrupt(100);
    expect((await followed(engine)).exit).toMatchObject({ lost: false });
  });

  /** An engine that a coordinator in a process of its own has stopped. */
  async function stoppedByAnother() {
    const mark = newMark();
    const spool = newSpool();
    const command = script(waiting, mark);
    const coordinator = await spawnCoordinator({ command, options: { spool, orphanPolicy: 'adopt' } }, 'started');
    await eventually(() => areRunning(mark), 'the engine and its child');
    process.kill(coordinator.pid, 'SIGHUP');
    await eventually(() => areStopped(mark), 'stopped');
    return { mark, spool, coordinator };
  }

  test('its coordinator is killed: it goes on at once, and the next one follows it', async () => {
    const { mark, spool, coordinator } = await stoppedByAnother();
    await coordinator.end('SIGKILL');
    await eventually(() => areRunning(mark), 'running');
    const engine = present(await processes.find(spool));
    process.kill(present(engine.identity()).pid, 'SIGTERM');
    expect((await followed(engine)).exit).toEqual(exited(7));
  });

  test.each(['the shim first', 'the coordinator first'])(
    'both are killed, %s: it goes on all the same',
    async (order) => {
      const { mark, spool, coordinator } = await stoppedByAnother();
      const killShim = (): true => process.kill(shimPid(spool), 'SIGKILL');
      if (order === 'the shim first') killShim();
      await coordinator.end('SIGKILL');
      if (order !== 'the shim first') killShim();
      await eventually(() => areRunning(mark), 'running');
      const engine = present(await processes.find(spool));
      await engine.kill();
      expect((await followed(engine)).exit.lost).toBe(true);
      expect(markedProcesses(mark)).toEqual([]);
    },
  );

  test('coordinator, shim and guard are killed: it goes on all the same', async () => {
    const { mark, spool, coordinator } = await stoppedByAnother();
    const engine = present(await processes.find(spool));
    const { pid } = present(engine.identity());
    await eventually(() => guardsOf(pid).length === 2, 'a guard with its child');
    for (const each of [shimPid(spool), present(guardsOf(pid)[0])]) process.kill(each, 'SIGKILL');
    await coordinator.end('SIGKILL');
    await eventually(() => areRunning(mark), 'running');
    await eventually(() => guardsOf(pid).length === 0, 'no guard left');
    await engine.kill();
    expect((await followed(engine)).exit.lost).toBe(true);
  });

  test('its guard is killed: it goes on, and may be stopped again', async () => {
    const { mark, engine, spool } = await waitingEngine();
    await engine.pause();
    await eventually(() => areStopped(mark), 'stopped');
    const [guard] = guardsOf(present(engine.identity()).pid);
    process.kill(present(guard), 'SIGKILL');
    await eventually(() => areRunning(mark), 'running');
    expect(await present(await processes.find(spool)).pause()).toBe(true);
    await eventually(() => areStopped(mark), 'stopped again');
    await engine.kill();
    await followed(engine);
    await eventually(() => guardsOf(present(engine.identity()).pid).length === 0, 'no guard left');
  });

  test('nobody comes back: the shim lets it go on in time', async () => {
    const hasty = createEngineProcesses({ clock: realClock, log: silentLog, longestStopMs: 400 });
    const mark = newMark();
    const spool = newSpool();
    const engine = await hasty.start(script(waiting, mark), { spool, orphanPolicy: 'adopt' });
    await eventually(() => areRunning(mark), 'the engine and its child');
    await engine.pause();
    await eventually(() => areStopped(mark), 'stopped');
    await eventually(() => areRunning(mark), 'running again');
    await engine.kill();
    expect((await followed(engine)).exit).toEqual(killedBy('SIGKILL'));
  });
});

describe('an engine gives way', () => {
  test.skipIf(!groupsSessions)('from its start, with its session', async () => {
    const mine = sessionNice(process.pid);
    const { engine, pid } = await waitingEngine({ priority: 'idle', ioPriority: 'idle' });
    expect(sessionNice(pid)).toBe('19');
    expect(sessionNice(process.pid)).toBe(mine);
    expect(told('chrt', '-p', `${pid}`)).toContain('SCHED_IDLE');
    expect(told('ionice', '-p', `${pid}`)).toBe('idle');
    await engine.kill();
  });

  test('a share of the processors, from its start and while it runs', async () => {
    const all = processorsOf(process.pid);
    const { engine, pid } = await waitingEngine({ cpuShare: 0.01 });
    expect(processorsOf(pid)).toMatch(/^\d+$/);
    expect(await engine.adjust({ cpuShare: 1 })).toEqual([]);
    expect(processorsOf(pid)).toBe(all);
    await engine.kill();
  });

  test.skipIf(!groupsSessions)('while it runs, all of it, and no more', async () => {
    const { engine, pid, mark } = await waitingEngine();
    expect(sessionNice(pid)).toBe('0');
    expect(await engine.adjust({ priority: 'low' })).toEqual([]);
    expect(sessionNice(pid)).toBe('10');
    for (const one of membersOf(mark)) expect(getPriority(one)).toBe(10);
    expect(await engine.adjust({})).toEqual([]);
    expect(sessionNice(pid)).toBe('0');
    // Without rights it stays so, which counts among the processes of its own session only.
    expect(getPriority(pid)).toBe(isRoot ? 0 : 10);
    await engine.kill();
  });

  test.skipIf(!mayGroup)('in a control group where one may be made, which goes with it', async () => {
    const { engine, pid, spool } = await waitingEngine({ priority: 'idle', cpuShare: 0.25 });
    const group = `/sys/fs/cgroup/cpu/umbra-${shimPid(spool)}`;
    expect(readProc(pid, 'cgroup')).toContain(`:cpu:/umbra-${shimPid(spool)}`);
    const said = (file: string): string => readFileSync(join(group, file), 'utf8').trim();
    const isIdle = existsSync(join(group, 'cpu.idle')) ? said('cpu.idle') === '1' : said('cpu.shares') === '2';
    expect(isIdle).toBe(true);
    await engine.adjust({ priority: 'low' });
    expect(said('cpu.shares')).toBe('110');
    expect(said('cpu.cfs_quota_us')).toBe('-1');
    process.kill(pid, 'SIGTERM');
    await followed(engine);
    expect(existsSync(group)).toBe(false);
  });

  test.skipIf(!groupsSessions)('one that is to end gets its weight back', async () => {
    const { engine, pid } = await waitingEngine({ priority: 'idle' });
    const interrupting = engine.interrupt(60_000);
    await eventually(() => sessionNice(pid) !== '19', 'its weight');
    process.kill(pid, 'SIGTERM');
    await interrupting;
    expect((await followed(engine)).exit).toEqual(exited(7));
  });

  test('an engine with nothing to hold it back is as it would be', async () => {
    const engine = await start(script('sed "s/.* nice/nice/" /proc/self/autogroup 2>/dev/null || echo nice 0; nice'));
    expect((await followed(engine)).stdout).toEqual(['nice 0', '0']);
  });

  test('one that has ended needs nothing', async () => {
    const engine = await start(script('exit 0'));
    await followed(engine);
    expect(await engine.adjust({ priority: 'idle' })).toEqual([]);
  });
});
