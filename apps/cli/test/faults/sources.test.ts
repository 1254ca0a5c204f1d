import { chmodSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { World } from '../support/world.ts';
import { asSomebodyElse, expectNextRunWorks, expectNothingLeft, expectRefusal } from './aftermath.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

test('the only source is missing: 1, no snapshot; once it is back all is well', async () => {
  const gone = world.at('not-mounted');
  world.configure('', { sources: [gone] });
  expectRefusal(
    await world.umbra('run'),
    1,
    `The source ${gone} is missing`,
    'mount what is missing',
    'source.missing',
  );
  expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'failed', exitCode: 1, snapshot: null }]);
  mkdirSync(gone);
  writeFileSync(join(gone, 'file'), 'content');
  await expectNextRunWorks(world);
});

test('one of two sources is missing: 3, and the rest is saved', async () => {
  const gone = world.at('not-mounted');
  world.write('file', 'content');
  world.configure('', { sources: [world.source, gone] });
  const { code, stdout } = await world.umbra('run');
  expect([code, stdout]).toEqual([3, expect.stringContaining(`The source ${gone} is missing`)]);
  expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'warning', exitCode: 3 }]);
  expect(world.restic('ls', 'latest')).toContain(join(world.source, 'file'));
});

test('a source that used to be full is empty: 3, suspicious', async () => {
  world.write('file', 'content');
  expect((await world.umbra('run')).code).toBe(0);
  renameSync(join(world.source, 'file'), world.at('elsewhere'));
  const { code, stdout } = await world.umbra('run');
  expect([code, stdout]).toEqual([3, expect.stringContaining('is empty; it was not on the last good run')]);
  const [newest] = await expectNothingLeft(world);
  expect(newest).toMatchObject({ outcome: 'warning', stats: { filesProcessed: 0 } });
  renameSync(world.at('elsewhere'), join(world.source, 'file'));
  await expectNextRunWorks(world);
});

test('files that may not be read: 3 with the list, and the rest is saved', async () => {
  world.write('open', 'content');
  chmodSync(world.write('closed', 'secret'), 0);
  mkdirSync(join(world.source, 'closed-folder'), { mode: 0 });
  const outcome = await asSomebodyElse(world, 'run', '--quiet');
  expect([outcome.code, outcome.stderr]).toEqual([3, '']);
  expect(outcome.stdout).toMatch(/2 files could not be read .*closed.*permission denied/);
  const runs = await asSomebodyElse(world, 'history', '--json');
  const [run] = JSON.parse(runs.stdout).runs;
  expect(run).toMatchObject({ outcome: 'warning', exitCode: 3, unreadableCount: 2 });
  expect(run.unreadable.map(({ path }: { path: string }) => path).sort()).toEqual([
    join(world.source, 'closed'),
    join(world.source, 'closed-folder'),
  ]);
  expect(world.restic('ls', 'latest')).toContain(join(world.source, 'open'));
  expect(world.locks()).toEqual([]);
  expect(world.processes()).toEqual([]);
  // Else its owner could not remove it afterwards.
  chmodSync(join(world.source, 'closed-folder'), 0o700);
});

test('names of every kind are saved, listed and restored byte for byte', async () => {
  const names = hostileNames.map((name) => Buffer.from(name, 'latin1'));
  for (const [index, name] of names.entries()) writeFileSync(inside(world.source, name), `content ${index}`);
  const run = await world.umbra('run', '--quiet');
  expect([run.code, run.stderr]).toEqual([0, '']);
  const listed = await world.umbra('ls', 'documents@latest');
  expect(listed.code).toBe(0);
  // eslint-disable-next-line no-control-regex
  expect(listed.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(listed.stdout.trimEnd().split('\n').length).toBe(names.length);
  const target = world.at('restored');
  const restored = await world.umbra('restore', 'documents@latest', '--to', target, '--verify', '--quiet');
  expect([restored.code, restored.stderr]).toEqual([0, '']);
  const folder = target + world.source;
  expect(readdirSync(folder, 'latin1').sort()).toEqual([...hostileNames].sort());
  for (const [index, name] of names.entries()) {
    expect(readFileSync(inside(folder, name), 'utf8'), name.toString('latin1')).toBe(`content ${index}`);
  }
  await expectNothingLeft(world);
});

/** As bytes, written in Latin-1. */
const hostileNames = [
  'new\nline',
  'carriage\rreturn',
  'tab\there',
  'quote"\'`$(reboot)\\',
  '-rf',
  '--password-command=touch x',
  ' spaces ',
  '*[a]?{b}',
  '~',
  '#',
  'red\u001b[31m\u001b]0;title\u0007',
  'bell\u0007back\b',
  'c1 \u009b31m',
  Buffer.from('naïve 文件 🙂 \u202egnp.exe').toString('latin1'),
  'invalid \xff\xfe utf-8',
  'lone \xc3',
  'n'.repeat(255),
];

const inside = (folder: string, name: Buffer): Buffer => Buffer.concat([Buffer.from(`${folder}/`), name]);
