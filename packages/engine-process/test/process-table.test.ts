import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { systemProcessTable } from '../src/index.ts';
import { eventually, present, readProc } from './stage.ts';

const table = systemProcessTable();

test('knows itself', () => {
  const self = table.self();
  expect(self).toEqual(table.identify(process.pid));
  expect(self).toMatchObject({ pid: process.pid, host: hostname() });
  expect(self.bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(table.isAlive(self)).toBe(true);
});

test.each([{ startTime: '1' }, { bootId: 'another' }, { host: 'another' }, { pids: 'another' }])(
  'a process with another %o is not alive',
  (change) => {
    expect(table.isAlive({ ...table.self(), ...change })).toBe(false);
  },
);

test('tells when a process was started', () => {
  const startedAt = present(table.startedAt(process.pid));
  expect(Math.abs(startedAt - performance.timeOrigin)).toBeLessThan(3000);
  expect(table.startedAt(2 ** 22 + 1)).toBeUndefined();
});

test('a process that has ended is not there, waited for or not', async () => {
  // The shell starts `sleep` and becomes a program that never waits for it.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [data] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(data.toString());
  const identity = present(table.identify(pid));
  await eventually(() => readProc(pid, 'stat').includes(') Z '), 'defunct process');
  expect(table.isAlive(identity)).toBe(false);
  expect(table.identify(pid)).toBeUndefined();
  parent.kill('SIGKILL');
});
