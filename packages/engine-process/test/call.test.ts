import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, type CallOptions, type EngineCommand } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { eventually, exited, killedBy, markedProcesses, newMark, nodeScript, processes, script } from './stage.ts';

async function called(command: EngineCommand, options: Partial<CallOptions> = {}, signal?: AbortSignal) {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const reader = { stdout: (line: string) => stdout.push(line), stderr: (line: string) => stderr.push(line) };
  const exit = await processes.call(command, { deadlineMs: 20_000, ...reader, ...options }, signal);
  return { exit, stdout, stderr };
}

describe('call', () => {
  test('gives lines and exit code', async () => {
    const result = await called(script('printf "a\\nb\\377"; echo e >&2; exit 10'));
    expect(result).toEqual({ exit: exited(10), stdout: ['a', 'b\ufffd'], stderr: ['e'] });
  });

  test('tells a death by signal', async () => {
    expect((await called(script('kill -KILL $$'))).exit).toEqual(killedBy('SIGKILL'));
  });

  test('gives the environment as it is, and contents under /dev/fd', async () => {
    const command = {
      ...nodeScript(
        'const { readFileSync } = require("fs"); console.log(JSON.stringify([process.env, readFileSync(process.env.A, "utf8"), readFileSync(process.argv[1], "utf8")]))',
      ),
      env: { A: '{fd:first}', C: '{fd-number:second} {fd-number:third}' },
      secretEnv: { B: new Secret('b') },
      descriptors: { first: new Secret('one'), second: Buffer.from('two') },
    };
    const { stdout } = await called({ ...command, args: [...command.args, '{fd:second}'] });
    expect(JSON.parse(stdout.join(''))).toEqual([{ A: '/dev/fd/3', B: 'b', C: '4 {fd-number:third}' }, 'one', 'two']);
  });

  test('an absent program', async () => {
    await expect(called({ ...script(''), program: '/no/such/program' })).rejects.toMatchObject({
      code: 'engine.absent',
    });
    await expect(called({ ...script(''), cwd: '/no/such/folder' })).rejects.toMatchObject({
      code: 'engine.spawn-failed',
    });
    await expect(called(script('', 'a\0b'))).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  test('the deadline ends it with its tree', async () => {
    const mark = newMark();
    const text = `trap '' INT TERM; sh -c "trap '' INT TERM; while :; do sleep 1; done" "$1" & while :; do sleep 1; done`;
    await expect(called(script(text, mark), { deadlineMs: 300 })).rejects.toMatchObject({ code: 'engine.stalled' });
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('aborting ends it in order', async () => {
    const abort = new AbortController();
    const lines: string[] = [];
    const calling = called(
      script(`trap 'echo cleaned; exit 0' INT; echo ready; while :; do sleep 0.05; done`),
      { stdout: (line) => lines.push(line) },
      abort.signal,
    );
    await eventually(() => lines.includes('ready'), 'first line');
    abort.abort();
    await expect(calling).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(lines).toEqual(['ready', 'cleaned']);
    await expect(called(script('true'), {}, abort.signal)).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  test('does not wait for children that hold the pipes', async () => {
    const mark = newMark();
    const result = await called(script('sh -c "while :; do sleep 1; done" "$1" & echo done', mark));
    expect(result).toEqual({ exit: exited(0), stdout: ['done'], stderr: [] });
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('raw data, all of it, no faster than it is taken', async () => {
    let taken = 0;
    let busy = 0;
    const exit = await processes.call(nodeScript('process.stdout.write(Buffer.alloc(20_000_000))'), {
      deadlineMs: 20_000,
      async onData(chunk) {
        busy++;
        expect(busy).toBe(1);
        await sleep(1);
        taken += chunk.length;
        busy--;
      },
    });
    expect({ exit, taken }).toEqual({ exit: exited(0), taken: 20_000_000 });
  });

  test('ends when who takes the data fails', async () => {
    const mark = newMark();
    const failing = processes.call(script('while :; do echo data; done', mark), {
      deadlineMs: 20_000,
      onData: () => Promise.reject(new Error('disk full')),
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(markedProcesses(mark)).toEqual([]);
  });

  test('many at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => called(script('echo "$1"', String(index)))),
    );
    expect(results.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 20 }, (_, index) => [String(index)]));
  });
});
