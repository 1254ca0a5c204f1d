import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog, type Clock, type EngineProcess } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { createEngineProcesses } from '../src/index.ts';
import { realClock } from './real-clock.ts';
import {
  eventually,
  exited,
  followed,
  killedBy,
  lost,
  newFolder,
  newSpool,
  present,
  readProc,
  script,
  shimPid,
  start,
  table,
} from './stage.ts';

/** Of which each of the first `count` waits counts for 5 s, and takes a moment. */
function hurriedClock(count: number): Clock {
  let ahead = 0;
  let left = count;
  return {
    ...realClock,
    monotonicMs: () => realClock.monotonicMs() + ahead,
    async sleep(delayMs, signal) {
      await realClock.sleep(Math.min(delayMs, 10), signal);
      left -= 1;
      if (left >= 0) ahead += 5000;
    },
  };
}

const seenWith = async (clock: Clock, spool: string): Promise<EngineProcess> =>
  present(await createEngineProcesses({ clock, log: silentLog }).find(spool));

/** A Node whose shims load a module that spoils something before their own program. */
function nodeWith(module: string): string {
  const node = join(newFolder(), 'node');
  const { href } = new URL(module, import.meta.url);
  writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' --import '${href}' "$@"\n`, { mode: 0o700 });
  return node;
}

describe('an engine has ended, and its shim', () => {
  test('was stopped: it is continued, and tells', async () => {
    const gate = join(newFolder(), 'gate');
    const spool = newSpool();
    await start(script('while [ ! -e "$1" ]; do sleep 0.05; done; exit 5', gate), spool);
    const engine = await seenWith(hurriedClock(4), spool);
    process.kill(shimPid(spool), 'SIGSTOP');
    await eventually(() => readProc(shimPid(spool), 'stat').includes(') T '), 'stopped shim');
    writeFileSync(gate, '');
    await eventually(() => !table.isAlive(present(engine.identity())), 'end of the engine');
    expect(existsSync(join(spool, 'exit.json'))).toBe(false);
    expect((await followed(engine)).exit).toEqual(exited(5));
  });

  test('never tells: the end is lost after a while', async () => {
    const spool = newFolder();
    // This process tells nothing, and the engine is one that has ended.
    const self = table.self();
    writeFileSync(join(spool, 'shim.json'), JSON.stringify(self));
    writeFileSync(join(spool, 'engine.json'), JSON.stringify({ ...self, startTime: '1' }));
    const clock = hurriedClock(100);
    const before = clock.monotonicMs();
    expect((await followed(await seenWith(clock, spool))).exit).toEqual(lost);
    expect(clock.monotonicMs() - before).toBeGreaterThan(60_000);
  });
});

test('a shim that cannot watch its coordinator ends the engine, and tells', async () => {
  const nodePath = nodeWith('./without-stdin.mjs');
  const processes = createEngineProcesses({ clock: realClock, log: silentLog, nodePath });
  const engine = await processes.start(script('sleep 60'), { spool: newSpool(), orphanPolicy: 'die' });
  expect((await followed(engine)).exit).toEqual(killedBy('SIGTERM'));
});
