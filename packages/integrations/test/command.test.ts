import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commandCondition } from '../src/conditions/command.ts';
import { AMachine, look } from './a-machine.ts';

const sh = (script: string) => ['/bin/sh', '-c', script];

test.each<[string, unknown, boolean, string]>([
  ['ends well', sh('exit 0'), true, '/bin/sh ended with 0'],
  ['asks to come again', sh('exit 75'), false, '/bin/sh ended with 75'],
  ['fails with a word', sh('echo no tunnel >&2; exit 1'), false, '/bin/sh ended with 1: no tunnel'],
  ['says more than one line', sh('echo; echo one; echo two'), true, '/bin/sh ended with 0: one'],
  ['prefers what it prints', sh('echo error >&2; echo told'), true, '/bin/sh ended with 0: told'],
  ['colours what it prints', sh(String.raw`printf '\033[31mred\007\n'`), true, '/bin/sh ended with 0: [31mred'],
  ['is killed', sh('kill -9 $$'), false, '/bin/sh was ended by SIGKILL'],
  ['gets its arguments as they are', ['/bin/echo', '$HOME; *', ''], true, '/bin/echo ended with 0: $HOME; *'],
  ['is not there', ['/nowhere/program'], false, '/nowhere/program cannot be started (ENOENT)'],
  ['may not be run', ['/dev/null'], false, '/dev/null cannot be started (EACCES)'],
  ['asks', sh('read answer; echo "answer: $answer"'), true, '/bin/sh ended with 0: answer:'],
])('a program that %s', async (_, argv, met, text) => {
  using machine = new AMachine();
  expect(await look(commandCondition(machine), argv)).toEqual({ met, text });
});

test('a program is found by the path of the environment, and sees the environment', async () => {
  using machine = new AMachine();
  machine.program('may-run', 'echo "in $(pwd)"; [ -n "$PATH" ]');
  expect(await look(commandCondition(machine), ['may-run'])).toEqual({ met: true, text: 'may-run ended with 0: in /' });
});

test('a flood is cut and does not stop the program', async () => {
  using machine = new AMachine();
  const flood = sh(
    'n=0; while [ $n -lt 20000 ]; do echo 0123456789012345678901234567890123456789; n=$((n+1)); done; exit 3',
  );
  const { met, text } = await look(commandCondition(machine), flood);
  expect(met).toBe(false);
  expect(text).toBe('/bin/sh ended with 3: 0123456789012345678901234567890123456789');
});

async function eventually(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !holds(); n += 1) await after(10);
  expect(holds()).toBe(true);
}

const isAlive = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) [ZX]/u.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

const pidsIn = (file: string): readonly number[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map(Number) : [];

/** Starts a child, and one in a process group of its own, and tells the pids of all. */
const family = (file: string, last: string) =>
  sh(`sleep 1000 & echo $! >> '${file}'; set -m; sleep 1000 & echo $! >> '${file}'; echo $$ >> '${file}'; ${last}`);

test.runIf(process.platform === 'linux')(
  'one that hangs is killed after 10 seconds with all its children',
  async () => {
    using machine = new AMachine();
    const file = join(machine.folder, 'pids');
    const seen = look(commandCondition({ clock: machine.clock, env: process.env }), family(file, 'wait'));
    await eventually(() => pidsIn(file).length === 3);
    expect(pidsIn(file).every(isAlive)).toBe(true);
    await machine.clock.advance(10_000);
    expect(await seen).toEqual({ met: false, text: 'no answer within 10 s' });
    await eventually(() => !pidsIn(file).some(isAlive));
  },
);

test.runIf(process.platform === 'linux')('one that nobody waits for any more is killed, too', async () => {
  using machine = new AMachine();
  const file = join(machine.folder, 'pids');
  const cancel = new AbortController();
  const kind = commandCondition({ clock: machine.clock, env: process.env });
  const seen = kind.evaluate(family(file, 'wait'), cancel.signal);
  await eventually(() => pidsIn(file).length === 3);
  cancel.abort();
  expect(await seen).toEqual({ met: false, text: 'not looked at: cancelled' });
  await eventually(() => !pidsIn(file).some(isAlive));
});

test.runIf(process.platform === 'linux')('what one leaves behind neither delays the answer nor lives on', async () => {
  using machine = new AMachine();
  const file = join(machine.folder, 'pids');
  const kind = commandCondition({ clock: machine.clock, env: process.env });
  expect(await look(kind, family(file, 'echo done'))).toEqual({ met: true, text: '/bin/sh ended with 0: done' });
  await eventually(() => !pidsIn(file).some(isAlive));
});
