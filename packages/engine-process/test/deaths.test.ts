import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineExit } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { spawnCoordinator } from './coordinator.ts';
import {
  eventually,
  exited,
  followed,
  isAlive,
  killedBy,
  lost,
  markedProcesses,
  newFolder,
  newMark,
  newSpool,
  present,
  processes,
  readProc,
  script,
  shimPid,
  start,
  table,
} from './stage.ts';

/** Says `first`, waits for the file `$1`, says `last`, and exits with 5. `$2` marks it. */
const gated = 'echo first; while [ ! -e "$1" ]; do sleep 0.05; done; echo last; echo error >&2; exit 5';

function gatedEngine() {
  const mark = newMark();
  const gate = join(newFolder(), 'gate');
  return { mark, spool: newSpool(), command: script(gated, gate, mark), open: () => writeFileSync(gate, '') };
}

/** Of an engine that was never started. */
const nothing = { exit: undefined, stdout: [], stderr: [] };
const everything = { exit: exited(5), stdout: ['first', 'last'], stderr: ['error'] };

describe('the coordinator dies', () => {
  test('adopt: the engine goes on, and its output and exit code are found', async () => {
    const { spool, command, open } = gatedEngine();
    const coordinator = await spawnCoordinator({ command, options: { spool, orphanPolicy: 'adopt' } }, 'started');
    await coordinator.end('SIGKILL');
    const engine = present(await processes.find(spool));
    expect(table.isAlive(present(engine.identity()))).toBe(true);
    const following = followed(engine);
    open();
    expect(await following).toEqual(everything);
  });

  test('adopt: found also when all is over', async () => {
    const { spool, command, open } = gatedEngine();
    const coordinator = await spawnCoordinator({ command, options: { spool, orphanPolicy: 'adopt' } }, 'started');
    await coordinator.end('SIGKILL');
    open();
    await eventually(() => existsSync(join(spool, 'exit.json')), 'exit record');
    expect(await followed(present(await processes.find(spool)))).toEqual(everything);
  });

  test.each(['SIGKILL', 'SIGUSR2'] as const)('die: the engine is ended (%s)', async (signal) => {
    const { spool, command, mark } = gatedEngine();
    const coordinator = await spawnCoordinator({ command, options: { spool, orphanPolicy: 'die' } }, 'started');
    await coordinator.end(signal);
    const engine = present(await processes.find(spool));
    expect((await followed(engine)).exit).toEqual(killedBy('SIGTERM'));
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('at any instant of the start: nothing, or an engine that is found', async () => {
    const outcomes: (EngineExit | undefined)[] = [];
    for (let delayMs = 0, isOver = false; !isOver; delayMs += 30) {
      const { spool, command, mark, open } = gatedEngine();
      const coordinator = await spawnCoordinator({ command, options: { spool, orphanPolicy: 'adopt' } }, 'starting');
      await sleep(delayMs);
      isOver = coordinator.has('started');
      await coordinator.end('SIGKILL');
      const engine = await processes.find(spool);
      open();
      const result = engine === undefined ? nothing : await followed(engine);
      expect([nothing, { ...nothing, exit: lost }, everything]).toContainEqual(result);
      await eventually(() => markedProcesses(mark).length === 0, 'an empty tree');
      outcomes.push(result.exit);
    }
    expect(outcomes).toContainEqual(exited(5));
  });
});

describe('the shim dies', () => {
  test.each(['started here', 'adopted'])(
    'the engine (%s) is waited for, its exit is lost, nobody is left',
    async (how) => {
      const { spool, mark, open, command } = gatedEngine();
      // A child that has none of the spool's files open.
      const withChild = { ...command, args: ['-c', `sleep 60 >/dev/null 2>&1 & ${gated}`, ...command.args.slice(2)] };
      const started = await start(withChild, spool);
      const engine = how === 'adopted' ? present(await processes.find(spool)) : started;
      const sleeper = await eventually(() => childOf(present(engine.identity()).pid), 'child');
      const following = followed(engine);
      process.kill(shimPid(spool), 'SIGKILL');
      await eventually(() => !isAlive(shimPid(spool)), 'end of the shim');
      expect(isAlive(present(engine.identity()).pid)).toBe(true);
      open();
      expect(await following).toEqual({ exit: lost, stdout: ['first', 'last'], stderr: ['error'] });
      expect(markedProcesses(mark)).toEqual([]);
      expect(isAlive(sleeper)).toBe(false);
    },
  );

  test('before it wrote down its engine: the engine is found in its session', async () => {
    const { spool, mark, open, command } = gatedEngine();
    const { pid } = present((await start(command, spool)).identity());
    process.kill(shimPid(spool), 'SIGKILL');
    rmSync(join(spool, 'engine.json'));
    const engine = present(await processes.find(spool));
    await eventually(() => engine.identity(), 'identity');
    expect(engine.identity()?.pid).toBe(pid);
    open();
    expect((await followed(engine)).exit).toEqual(lost);
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('before it started its engine: an end that nobody saw', async () => {
    const { spool, command } = gatedEngine();
    const engine = await start(command, spool);
    await engine.kill();
    for (const name of ['engine.json', 'exit.json']) rmSync(join(spool, name));
    expect((await followed(present(await processes.find(spool)))).exit).toEqual(lost);
  });

  test('signals of a terminal or a closing session do not end it', async () => {
    const { spool, command, open } = gatedEngine();
    const engine = await start(command, spool);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGUSR1'] as const) process.kill(shimPid(spool), signal);
    open();
    expect(await followed(engine)).toEqual(everything);
  });

  test('SIGTERM is passed on', async () => {
    const { spool, command } = gatedEngine();
    const engine = await start(command, spool);
    process.kill(shimPid(spool), 'SIGTERM');
    expect((await followed(engine)).exit).toEqual(killedBy('SIGTERM'));
  });
});

test('an engine that is killed is not lost', async () => {
  const { spool, command } = gatedEngine();
  const engine = await start(command, spool);
  process.kill(present(engine.identity()).pid, 'SIGKILL');
  expect((await followed(engine)).exit).toEqual(killedBy('SIGKILL'));
});

test('where nothing was started nothing is found', async () => {
  expect(await processes.find(newSpool())).toBeUndefined();
});

test('records of another boot say nothing about the processes of this one', async () => {
  const { spool, command, mark } = gatedEngine();
  const running = await start(command, spool);
  const identity = present(running.identity());
  const other = newFolder();
  for (const name of ['shim.json', 'engine.json']) {
    const pid = name === 'shim.json' ? shimPid(spool) : identity.pid;
    writeFileSync(join(other, name), JSON.stringify({ ...identity, pid, bootId: 'another' }));
  }
  const found = present(await processes.find(other));
  expect((await followed(found)).exit).toEqual(lost);
  await found.kill();
  expect(markedProcesses(mark)).not.toEqual([]);
  await running.kill();
});

function childOf(pid: number): number | undefined {
  const children = readProc(pid, `task/${pid}/children`).trim();
  const [first] = children.split(' ').filter((child) => readProc(child, 'cmdline').startsWith('sleep\u000060'));
  return first === undefined ? undefined : Number(first);
}
