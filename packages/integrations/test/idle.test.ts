import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { idleCondition } from '../src/conditions/idle.ts';
import { AMachine, look } from './a-machine.ts';

const minute = 60_000;

/** A machine whose console was used an hour ago. */
function aMachine(): AMachine {
  const machine = new AMachine();
  const now = machine.clock.now();
  return machine
    .put('dev/tty1', '', now - 60 * minute)
    .put('dev/pts/ptmx', '', now)
    .put('dev/tty', '', now)
    .put('dev/ttyS0', '', now);
}

interface Session {
  readonly type: string;
  readonly hint: 'yes' | 'no';
  readonly since?: number;
  readonly state?: string;
  readonly userClass?: string;
}

/** Answers as loginctl does for sessions. */
function withSessions(machine: AMachine, ...sessions: readonly Session[]): AMachine {
  const list = sessions.map((_, n) => `  ${n} 1000 me seat0\\n`).join('');
  const told = sessions.map(
    ({ type, hint, since = 0, state = 'active', userClass = 'user' }) =>
      `Type=${type}\\nClass=${userClass}\\nState=${state}\\nIdleHint=${hint}\\nIdleSinceHint=${since * 1000}\\n`,
  );
  machine.program('loginctl', `case "$1" in list-sessions) printf '${list}';; *) printf '${told.join('\\n')}';; esac`);
  return machine;
}

test('the newest activity of any terminal counts', async () => {
  using machine = aMachine();
  const kind = idleCondition(machine);
  expect(await look(kind, '10m')).toEqual({ met: true, text: 'idle for 60 min (tty1)' });
  machine.put('dev/pts/3', '', machine.clock.now() - 5 * minute);
  expect(await look(kind, '10m')).toEqual({ met: false, text: 'idle for 5 min (pts/3), 10 min wanted' });
  await machine.clock.advance(5 * minute);
  expect(await look(kind, '10m')).toEqual({ met: true, text: 'idle for 10 min (pts/3)' });
});

test('a desktop says when it was used last', async () => {
  using machine = aMachine();
  const since = machine.clock.now() - 2 * minute;
  withSessions(machine, { type: 'wayland', hint: 'yes', since }, { type: 'tty', hint: 'no' });
  expect(await look(idleCondition(machine), '1m')).toEqual({ met: true, text: 'idle for 2 min (desktop)' });
  expect(await look(idleCondition(machine), '3m')).toMatchObject({ met: false });
});

test.each<[string, Session]>([
  ['in use', { type: 'x11', hint: 'no' }],
  ['idle since it does not say when', { type: 'wayland', hint: 'yes' }],
])('a desktop that is %s is in use', async (_, session) => {
  using machine = withSessions(aMachine(), session);
  expect(await look(idleCondition(machine), '1m')).toEqual({ met: false, text: 'a desktop session is in use' });
});

test.each<[string, Session]>([
  ['is being closed', { type: 'x11', hint: 'no', state: 'closing' }],
  ['is the login screen', { type: 'x11', hint: 'no', userClass: 'greeter' }],
  ['is a terminal', { type: 'tty', hint: 'no' }],
])('a session that %s does not count', async (_, session) => {
  using machine = withSessions(aMachine(), session);
  expect(await look(idleCondition(machine), '1m')).toMatchObject({ met: true });
});

test('a machine without terminals and sessions is used by nobody', async () => {
  using machine = new AMachine();
  machine.put('dev/pts/ptmx', '');
  expect(await look(idleCondition(machine), '1h')).toEqual({ met: true, text: 'nobody uses the machine' });
});

test('it is not met where terminals cannot be listed', async () => {
  using machine = aMachine();
  rmSync(join(machine.root, 'dev'), { recursive: true });
  expect(await look(idleCondition(machine), '1m')).toMatchObject({ met: false });
});
