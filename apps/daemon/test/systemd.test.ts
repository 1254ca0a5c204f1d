import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeClock, recordingLog } from '@umbracore/testkit';
import { ServiceManager, watchdogPeriodMs } from '../src/systemd/service-manager.ts';

const receiverText = `
import array, os, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('ready', flush=True)
while True:
    data, ancillary, _, _ = receiver.recvmsg(4096, socket.CMSG_LEN(64))
    for level, kind, content in ancillary:
        # Whoever waits for us waits until these are closed.
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors = array.array('i')
            descriptors.frombytes(content[:len(content) - len(content) % 4])
            for descriptor in descriptors: os.close(descriptor)
    for line in data.decode().splitlines(): print(line, flush=True)
`;

function isThere(program: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const canReceive = isThere('python3', '--version') && isThere('systemd-notify', '--version');

describe.skipIf(!canReceive)('what systemd is told (needs python3 and systemd-notify)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-notify-'));
  const socket = join(folder, 'notify');
  const receiver = spawn('python3', ['-c', receiverText, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  receiver.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  beforeAll(() => once(receiver.stdout, 'data'));
  afterAll(() => {
    receiver.kill();
    rmSync(folder, { recursive: true });
  });

  const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket, WATCHDOG_USEC: '60000000' };
  const lines = (): readonly string[] => told.split('\n').filter((line) => !['', 'ready', 'BARRIER=1'].includes(line));
  const until = async (line: string): Promise<void> => {
    while (!lines().includes(line)) await once(receiver.stdout, 'data');
  };

  test('ready, reloading, stopping; and while it is healthy that it lives', async () => {
    const clock = new FakeClock();
    let healthy = true;
    using manager = new ServiceManager({ env, clock, log: recordingLog(), isHealthy: () => healthy });
    await manager.ready();
    await until(`MAINPID=${process.pid}`);
    expect(lines()).toContain('READY=1');
    await manager.reloading();
    await until('RELOADING=1');
    expect(lines()).not.toContain('WATCHDOG=1');
    healthy = false;
    await clock.advance(29_999);
    await clock.advance(2);
    expect(lines()).not.toContain('WATCHDOG=1');
    healthy = true;
    await clock.advance(30_000);
    await until('WATCHDOG=1');
    await manager.stopping();
    await until('STOPPING=1');
  });
});

test('without systemd nothing happens, and trouble with it is only logged', async () => {
  const log = recordingLog();
  const parts = { clock: new FakeClock(), log, isHealthy: () => true };
  using none = new ServiceManager({ env: {}, ...parts });
  await none.ready();
  expect(log.lines).toEqual([]);
  using broken = new ServiceManager({ env: { NOTIFY_SOCKET: '/nowhere', PATH: '/nowhere' }, ...parts });
  await broken.ready();
  expect(log.lines).toMatchObject([{ level: 'warn' }]);
});

test.each([
  [{ WATCHDOG_USEC: '60000000' }, 30_000],
  [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' }, 30_000],
  [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '43' }, undefined],
  [{ WATCHDOG_USEC: 'soon' }, undefined],
  [{}, undefined],
])('%j: a sign of life every %s ms', (env, periodMs) => expect(watchdogPeriodMs(env, 42)).toBe(periodMs));
