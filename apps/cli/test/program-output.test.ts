import { existsSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { password, until, World } from './support/world.ts';

const world = new World();
afterAll(() => world[Symbol.dispose]());

const configure = (script: string, more = ''): void =>
  world.configure(`    orphanPolicy: adopt\n${more}`, {
    sources: { stdin: ['sh', '-c', script], name: 'app.sql', env: { APP_PASSWORD: `file:${world.at('password')}` } },
  });

const saved = (): readonly string[] => world.snapshots().map(({ id }) => id);

test('what a program writes is saved, found and given back, and none of its secrets is told', async () => {
  configure('echo "connecting with $APP_PASSWORD" >&2; seq 1000');
  expect((await world.umbra('run', 'documents')).code).toBe(0);
  expect(world.snapshots()).toMatchObject([{ paths: ['/app.sql'] }]);
  const { stdout } = await world.umbra('dump', 'documents@latest:/app.sql');
  expect(stdout.split('\n')).toHaveLength(1001);
  const [run] = await world.history();
  const log = await world.umbra('logs', run?.id ?? '');
  expect(log.stdout).toContain('connecting with [secret]');
  expect(log.stdout).not.toContain(password);
});

test('one that fails in the middle has saved nothing, and the run says why', async () => {
  const before = saved();
  configure('seq 1000; echo "the server is gone" >&2; exit 3');
  const { code, stderr } = await world.umbra('run', 'documents');
  expect([code, stderr]).toEqual([1, expect.stringContaining('exit status 3')]);
  expect(saved()).toEqual(before);
  expect(await world.history({ limit: 1 })).toMatchObject([
    { outcome: 'failed', snapshot: null, error: { code: 'command.failed' } },
  ]);
});

test('one that writes nothing is a warning that does not count, and one that is not there fails before restic is started', async () => {
  configure('true');
  const nothing = await world.umbra('run', 'documents');
  expect(nothing.stderr + nothing.stdout).toContain('sh wrote nothing');
  world.configure('', { sources: { stdin: ['/nowhere/dump'], name: 'app.sql' } });
  const absent = await world.umbra('run', 'documents');
  expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('/nowhere/dump is no program')]);
});

test('one whose coordinator is killed goes on, and the next one takes its snapshot for the run', async () => {
  const before = saved();
  configure(`echo begun > '${world.at('begun')}'; until [ -e '${world.at('go')}' ]; do sleep 0.05; done; seq 2000`);
  const first = world.start(['run', 'documents']);
  await until('it is dumped', () => existsSync(world.at('begun')));
  first.child.kill('SIGKILL');
  await first.ended;
  const second = world.start(['run', '--due']);
  writeFileSync(world.at('go'), '');
  await second.ended;
  expect(saved()).toHaveLength(before.length + 1);
  expect(await world.history({ limit: 1 })).toMatchObject([{ outcome: 'succeeded', attempts: [{ n: 1 }] }]);
});

test('one that is cancelled ends with restic, and leaves neither a snapshot nor a lock', async () => {
  const before = saved();
  configure(`seq 1000; echo begun > '${world.at('again')}'; exec sleep 1000`);
  const run = world.start(['run', 'documents'], { detached: true });
  await until('it is dumped', () => existsSync(world.at('again')));
  run.child.kill('SIGINT');
  expect((await run.ended).code).toBe(130);
  expect(saved()).toEqual(before);
  expect(world.locks()).toEqual([]);
});

test('restic 0.14 cannot tell whether a program failed, and says so', async () => {
  using old = new World('0.14.0');
  old.configure('', { sources: { stdin: ['seq', '3'], name: 'app.sql' } });
  const { code, stderr } = await old.umbra('run', 'documents');
  expect([code, stderr]).toEqual([1, expect.stringContaining('restic 0.14.0 cannot tell whether a program failed')]);
  expect(stderr).toContain('0.17');
  expect(old.snapshots()).toEqual([]);
});
