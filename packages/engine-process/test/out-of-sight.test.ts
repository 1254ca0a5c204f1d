import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog, type ProcessTable } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { createEngineProcesses } from '../src/index.ts';
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
  script,
  shimPid,
  start,
  table,
} from './stage.ts';

/** What is seen from another container of this host: none of the processes here, and others with their pids. */
const elsewhere: ProcessTable = {
  ...table,
  self: () => ({ ...table.self(), pids: 'another' }),
  isAlive: ({ pids }) => pids === 'another',
};

let hurry = 1;
/** Time that passes so much faster. */
const quickClock = {
  ...realClock,
  now: () => Date.now() + (hurry - 1) * performance.now(),
  monotonicMs: () => hurry * performance.now(),
};
const far = createEngineProcesses({ clock: quickClock, log: silentLog, processTable: elsewhere });

function gatedEngine() {
  const mark = newMark();
  const gate = join(newFolder(), 'gate');
  const command = script('echo first; while [ ! -e "$1" ]; do sleep 0.05; done; echo last; exit 5', gate, mark);
  return { mark, spool: newSpool(), command, open: () => writeFileSync(gate, '') };
}

test('an engine that works out of sight is followed to its end, and nobody is hurt meanwhile', async () => {
  hurry = 1;
  const { mark, spool, command, open } = gatedEngine();
  await start(command, spool);
  const engine = present(await far.find(spool));
  expect(engine.isAtWork()).toBe(true);
  expect(await engine.pause()).toBe(false);
  expect(await engine.adjust({ priority: 'idle' })).toEqual([expect.stringContaining('cannot be reached from here')]);
  await engine.resume();
  const following = followed(engine);
  await sleep(300);
  expect(markedProcesses(mark)).not.toEqual([]);
  open();
  expect(await following).toEqual({ exit: exited(5), stdout: ['first', 'last'], stderr: [] });
  expect(engine.isAtWork()).toBe(false);
});

function growOld(spool: string): void {
  const old = Date.now() / 1000 - 3600;
  for (const name of ['stdout.log', 'stderr.log', 'shim.json', 'exit.json.new'])
    utimesSync(join(spool, name), old, old);
}

test('one that says nothing shows that it lives all the same, without another thread, for which there may be no room', async () => {
  hurry = 1;
  const { spool, command, open } = gatedEngine();
  const engine = await start(command, spool);
  await eventually(() => engine.identity(), 'identity');
  // As after a sleep.
  growOld(spool);
  const sign = () => statSync(join(spool, 'exit.json.new')).mtimeMs;
  const old = sign();
  const threads = () => readdirSync(`/proc/${shimPid(spool)}/task`).length;
  const before = threads();
  const seen = present(await far.find(spool));
  expect(seen.isAtWork()).toBe(true);
  await eventually(() => sign() !== old, 'a sign of life');
  expect(seen.isAtWork()).toBe(true);
  expect(threads()).toBe(before);
  open();
  expect((await followed(seen)).exit).toEqual(exited(5));
});

test('whoever asks anew knows since when nothing was shown', async () => {
  hurry = 1;
  const { mark, spool, command } = gatedEngine();
  await start(command, spool);
  const pids = [shimPid(spool), ...markedProcesses(mark)];
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await eventually(() => !pids.some(isAlive), 'the end of all');
  growOld(spool);
  hurry = 50;
  const begin = quickClock.monotonicMs();
  await expect.poll(async () => present(await far.find(spool)).isAtWork(), { interval: 20 }).toBe(false);
  expect(quickClock.monotonicMs() - begin).toBeGreaterThan(15_000);
});

test('one that shows nothing any more is lost, in time', async () => {
  const { mark, spool, command } = gatedEngine();
  await start(command, spool);
  const engine = present(await far.find(spool));
  const pids = [shimPid(spool), ...markedProcesses(mark)];
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await eventually(() => !pids.some(isAlive), 'the end of all');
  expect(engine.isAtWork()).toBe(true);
  hurry = 50;
  await sleep(1000);
  const following = followed(engine);
  expect((await following).exit).toEqual(lost);
  expect(engine.isAtWork()).toBe(false);
});
