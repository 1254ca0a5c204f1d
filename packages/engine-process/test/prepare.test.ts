import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { createEngineProcesses } from '../src/index.ts';
import { startShim } from '../src/start-shim.ts';
import { spawnCoordinator } from './coordinator.ts';
import { realClock } from './real-clock.ts';
import {
  eventually,
  exited,
  followed,
  isAlive,
  lost,
  markedProcesses,
  newFolder,
  newMark,
  newSpool,
  present,
  readProc,
  script,
  shimPid,
} from './stage.ts';

/** Pids of the shims that a process has started. */
function shimsOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children.filter((child) => readProc(child, 'cmdline').includes('/shim.')).map(Number);
}

describe('prepare', () => {
  test('the next start uses the shim that is ready', async () => {
    const processes = createEngineProcesses({ clock: realClock, log: silentLog });
    const before = shimsOf(process.pid);
    processes.prepare();
    processes.prepare();
    const ready = shimsOf(process.pid).filter((pid) => !before.includes(pid));
    expect(ready).toHaveLength(1);
    const spool = newSpool();
    const engine = await processes.start(script('exit 3'), { spool, orphanPolicy: 'adopt' });
    expect([shimPid(spool)]).toEqual(ready);
    expect((await followed(engine)).exit).toEqual(exited(3));
  });

  test('one that was started before anything else was made is for the first engine', async () => {
    const shim = startShim();
    const processes = createEngineProcesses({ clock: realClock, log: silentLog, shim });
    processes.prepare();
    const [spool, next] = [newSpool(), newSpool()];
    const engine = await processes.start(script('exit 3'), { spool, orphanPolicy: 'adopt' });
    expect(shimPid(spool)).toBe(shim.child?.pid);
    expect((await followed(engine)).exit).toEqual(exited(3));
    expect(await shim.ended).toBeUndefined();
    await followed(await processes.start(script('exit 0'), { spool: next, orphanPolicy: 'adopt' }));
    expect(shimPid(next)).not.toBe(shim.child?.pid);
  });

  test('one that could not be started so early is told by start', async () => {
    const shim = startShim({ nodePath: '/no/such/node', shimPath: '/no/such/shim.js' });
    expect(await shim.ended).toBe('ENOENT');
    const processes = createEngineProcesses({ clock: realClock, log: silentLog, shim, nodePath: '/no/such/node' });
    const starting = processes.start(script(''), { spool: newSpool(), orphanPolicy: 'adopt' });
    await expect(starting).rejects.toMatchObject({ code: 'engine.spawn-failed', context: { errno: 'ENOENT' } });
  });

  test('a shim that was killed meanwhile is not used', async () => {
    const processes = createEngineProcesses({ clock: realClock, log: silentLog });
    const before = shimsOf(process.pid);
    processes.prepare();
    const [ready] = shimsOf(process.pid).filter((pid) => !before.includes(pid));
    expect(ready).toBeDefined();
    process.kill(ready ?? 0, 'SIGKILL');
    await eventually(() => readProc(ready ?? 0, 'stat') === '', 'end of the shim');
    const engine = await processes.start(script('exit 3'), { spool: newSpool(), orphanPolicy: 'adopt' });
    expect((await followed(engine)).exit).toEqual(exited(3));
  });

  test('a shim that is not used can be dismissed, and the next start has one all the same', async () => {
    const processes = createEngineProcesses({ clock: realClock, log: silentLog });
    processes.dismiss();
    const before = shimsOf(process.pid);
    processes.prepare();
    const [ready] = shimsOf(process.pid).filter((pid) => !before.includes(pid));
    processes.dismiss();
    expect(await eventually(() => !isAlive(ready ?? 0), 'end of the shim')).toBe(true);
    const engine = await processes.start(script('exit 3'), { spool: newSpool(), orphanPolicy: 'adopt' });
    expect((await followed(engine)).exit).toEqual(exited(3));
  });

  test.each(['SIGKILL', 'SIGUSR2'] as const)('an unused shim ends with its coordinator (%s)', async (signal) => {
    const options = { spool: newSpool(), orphanPolicy: 'adopt' } as const;
    const coordinator = await spawnCoordinator({ command: script(''), options, prepareOnly: true }, 'started');
    const [ready] = await eventually(() => nonEmpty(shimsOf(coordinator.pid)), 'ready shim');
    await coordinator.end(signal);
    expect(await eventually(() => !isAlive(ready ?? 0), 'end of the shim')).toBe(true);
  });

  test('a Node program that is absent is told by start, not by prepare', async () => {
    const processes = createEngineProcesses({ clock: realClock, log: silentLog, nodePath: '/no/such/node' });
    processes.prepare();
    const starting = processes.start(script(''), { spool: newSpool(), orphanPolicy: 'adopt' });
    await expect(starting).rejects.toMatchObject({ code: 'engine.spawn-failed', context: { errno: 'ENOENT' } });
  });

  test('a shim that never answers is killed, and its folder stays taken', async () => {
    const mark = newMark();
    const nodePath = join(newFolder(), mark);
    writeFileSync(nodePath, '#!/bin/sh\nwhile :; do /bin/sleep 1; done\n', { mode: 0o700 });
    const clock = { ...realClock, sleep: (_: number, signal?: AbortSignal) => realClock.sleep(300, signal) };
    const processes = createEngineProcesses({ clock, log: silentLog, nodePath });
    const spool = newSpool();
    const starting = processes.start(script(''), { spool, orphanPolicy: 'adopt' });
    await expect(starting).rejects.toMatchObject({ code: 'engine.spawn-failed', context: { errno: 'ETIMEDOUT' } });
    expect(markedProcesses(mark)).toEqual([]);
    expect((await followed(present(await processes.find(spool)))).exit).toEqual(lost);
  });
});

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}
