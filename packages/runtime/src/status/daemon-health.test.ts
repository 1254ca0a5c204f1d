import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DaemonNote, Heartbeat, ProcessIdentity } from '@umbracore/contracts';
import { FakeProcessTable } from '@umbracore/testkit';
import { daemonHealth } from './daemon-health.ts';

const minute = 60_000;
const now = 1_000_000 * minute;
let folder = '';
let table = new FakeProcessTable();
let daemon = table.self();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-health-'));
  table = new FakeProcessTable();
  daemon = table.start(4121);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
const note = (process: ProcessIdentity, ageMs: number): void =>
  write('daemon.json', {
    process,
    version: '1.0.0',
    socket: '/s',
    listen: null,
    configFile: null,
    startedAt: now - ageMs,
  } satisfies DaemonNote);
const beat = (process: ProcessIdentity, ageMs: number): void =>
  write('heartbeat.json', { process, at: now - ageMs, nextAt: now + minute } satisfies Heartbeat);
const state = async (): Promise<string> => (await daemonHealth(folder, table, now)).state;

test('a folder where there never was one', async () => {
  expect(await daemonHealth(folder, table, now)).toEqual({ state: 'absent' });
  expect(await daemonHealth(join(folder, 'nowhere'), table, now)).toMatchObject({ state: 'absent' });
});

test('one that writes is well, one that has just begun as well', async () => {
  note(daemon, minute);
  expect(await state()).toBe('well');
  note(daemon, 60 * minute);
  beat(daemon, minute);
  expect(await daemonHealth(folder, table, now)).toMatchObject({
    state: 'well',
    pid: 4121,
    heartbeatAt: now - minute,
    nextAt: now + minute,
  });
});

test('one that is there and does not write is silent', async () => {
  note(daemon, 60 * minute);
  beat(daemon, 6 * minute);
  expect(await state()).toBe('silent');
});

test('one whose process ended is gone, whichever file it left and whoever has its pid now', async () => {
  note(daemon, 60 * minute);
  beat(daemon, minute);
  table.end(4121);
  expect(await state()).toBe('gone');
  table.start(4121);
  expect(await state()).toBe('gone');
  rmSync(join(folder, 'daemon.json'));
  expect(await state()).toBe('gone');
});

test.each([
  ['on another host', { host: 'another' }],
  ['in another container', { pids: 'another' }],
])('of one %s only the files tell', async (_, place) => {
  table.end(4121);
  const elsewhere = { ...daemon, ...place };
  note(elsewhere, 60 * minute);
  beat(elsewhere, minute);
  expect(await state()).toBe('well');
  beat(elsewhere, 6 * minute);
  expect(await state()).toBe('silent');
});

test.each(['', '{', '[]', 'null', '{"process":null,"at":1}', '{"process":{"pid":1}}'])(
  'what makes no sense is as good as nothing: %s',
  async (text) => {
    writeFileSync(join(folder, 'heartbeat.json'), text);
    expect(await state()).toBe('absent');
  },
);
