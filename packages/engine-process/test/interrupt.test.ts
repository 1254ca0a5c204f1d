import { describe, expect, test } from 'vitest';
import {
  eventually,
  exited,
  followed,
  isAlive,
  killedBy,
  markedProcesses,
  newMark,
  newSpool,
  nodeScript,
  present,
  processes,
  readProc,
  script,
  shimPid,
  start,
  table,
} from './stage.ts';

/** Answers SIGINT with exit code 130, a while later. */
const orderly = `process.on('SIGINT', () => setTimeout(() => process.exit(130), 200)); setInterval(() => {}, 1000); console.log('ready')`;
const deaf = `process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('ready')`;

async function ready(code: string, spool = newSpool()) {
  const engine = await start(nodeScript(code), spool);
  let isReady = false;
  const following = engine.follow({ stdout: () => (isReady = true) });
  await eventually(() => isReady, 'first line');
  return { engine, following, spool };
}

describe('interrupt', () => {
  test('lets an engine end in order', async () => {
    const { engine, following } = await ready(orderly);
    await engine.interrupt(10_000);
    expect(isAlive(present(engine.identity()).pid)).toBe(false);
    expect(await following).toEqual(exited(130));
  });

  test('kills an engine that does not react', async () => {
    const { engine, following } = await ready(deaf);
    const start = performance.now();
    await engine.interrupt(300);
    expect(performance.now() - start).toBeGreaterThanOrEqual(299);
    expect(await following).toEqual(killedBy('SIGKILL'));
  });

  test('reaches a stopped engine', async () => {
    const { engine, following } = await ready(orderly);
    const { pid } = present(engine.identity());
    process.kill(pid, 'SIGSTOP');
    await eventually(() => readProc(pid, 'stat').includes(') T '), 'stopped engine');
    await engine.interrupt(10_000);
    expect(await following).toEqual(exited(130));
  });

  test('goes to the engine alone', async () => {
    // The child would write of a signal; the shell takes it and waits for the child.
    const text = `trap 'echo engine; kill $!; exit 130' INT; (trap 'echo child' INT; echo ready; while :; do sleep 0.05; done) & wait`;
    const engine = await start(script(text));
    const lines: string[] = [];
    const following = engine.follow({ stdout: (line) => lines.push(line) });
    await eventually(() => lines.includes('ready'), 'child');
    await engine.interrupt(10_000);
    expect(await following).toEqual(exited(130));
    expect(lines).toEqual(['ready', 'engine']);
  });

  test('works for an adopted engine whose shim was killed', async () => {
    const { following, spool, engine } = await ready(orderly);
    process.kill(shimPid(spool), 'SIGKILL');
    await eventually(() => !isAlive(shimPid(spool)), 'end of the shim');
    await present(await processes.find(spool)).interrupt(10_000);
    expect(isAlive(present(engine.identity()).pid)).toBe(false);
    expect((await following).lost).toBe(true);
  });

  test('of an engine that has ended does nothing', async () => {
    const engine = await start(script('exit 4'));
    await followed(engine);
    await engine.interrupt(10_000);
    await engine.kill();
    expect((await followed(engine)).exit).toEqual(exited(4));
  });
});

describe('kill', () => {
  test('ends the whole tree, also who founded a session of his own, and tells how', async () => {
    const mark = newMark();
    const child = `trap '' INT TERM HUP; echo ready; while :; do sleep 1; done`;
    const engine = await start(script(`sh -c "${child}" "$1" & setsid sh -c "${child}" "$1" & wait`, mark));
    const lines: string[] = [];
    const following = engine.follow({ stdout: (line) => lines.push(line) });
    await eventually(() => lines.length === 2, 'children');
    await engine.kill();
    expect(markedProcesses(mark)).toEqual([]);
    expect(await following).toEqual(killedBy('SIGKILL'));
  });

  test('leaves nobody behind of one in a session of his own who starts others all the time', async () => {
    const mark = newMark();
    const busy = `echo ready; n=0; while [ $n -lt 400 ]; do n=$((n+1)); sh -c 'sleep 20; :' "$0" & done; wait`;
    const engine = await start(script(`setsid sh -c '${busy.replaceAll("'", `'"'"'`)}' "$1" & wait`, mark));
    const lines: string[] = [];
    const following = engine.follow({ stdout: (line) => lines.push(line) });
    await eventually(() => lines.includes('ready'), 'child');
    await engine.kill();
    expect(markedProcesses(mark)).toEqual([]);
    await following;
  });

  test('waits for one in a session of his own who takes his time to die', async () => {
    const big = `const memory = Buffer.alloc(400e6, 1); console.log(process.pid); setInterval(() => memory, 1000)`;
    const engine = await start(script(`setsid "$1" -e '${big}' & wait`, process.execPath));
    const lines: string[] = [];
    const following = engine.follow({ stdout: (line) => lines.push(line) });
    await eventually(() => lines.length === 1, 'child');
    const child = present(table.identify(Number(lines[0])));
    await engine.kill();
    expect(table.isAlive(child)).toBe(false);
    await following;
  });

  test('works when engine and shim are stopped', async () => {
    const { engine, following, spool } = await ready(deaf);
    for (const pid of [present(engine.identity()).pid, shimPid(spool)]) process.kill(pid, 'SIGSTOP');
    await engine.kill();
    expect(await following).toEqual(killedBy('SIGKILL'));
  });
});
