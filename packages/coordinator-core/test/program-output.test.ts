import { Secret } from '@umbracore/contracts';
import type { SourceProgram } from '@umbracore/contracts';
import { aJob, aRepository, FakeBackend, FakeRepositories } from '@umbracore/testkit';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackupCoordinator, BackupJob, logOfRun } from '../src/index.ts';
import { World } from './world.ts';

let world: World;

beforeEach(async () => {
  world = await World.create();
});

afterEach(() => world[Symbol.asyncDispose]());

const aProgram = (script: string): SourceProgram => ({ command: ['sh', '-c', script], env: {} });

async function run(program: SourceProgram, backend = new FakeBackend({ clock: world.clock })) {
  const { ports } = world.boot();
  const repositories = new FakeRepositories({ main: backend });
  const secrets = { resolve: () => Promise.resolve(new Secret('hunter2')) };
  const env = { PATH: process.env['PATH'], HOME: world.folder };
  const coordinator = new BackupCoordinator({ ...ports, repositories, secrets, env });
  const sources = [{ path: '/app.sql', required: true, program }];
  await coordinator.registerBackupJob(aJob({ sources, retry: { type: 'none' } }), [aRepository()]);
  return { backend, ended: await coordinator.runBackupJob('documents'), spoolDir: ports.spoolDir };
}

test('what a program writes is saved under its name', async () => {
  const { backend, ended } = await run(aProgram('echo rows'));
  expect(ended).toMatchObject({ outcome: 'succeeded', suspicions: [] });
  expect(await backend.snapshots()).toMatchObject([{ paths: ['/app.sql'] }]);
});

test('a program that fails fails the run, one that writes nothing makes it suspicious', async () => {
  const failed = await run(aProgram('echo half; exit 1'));
  expect(failed.ended).toMatchObject({ outcome: 'failed', error: { code: 'command.failed' } });
  expect(await failed.backend.snapshots()).toEqual([]);
  const { ended } = await run(aProgram('true'));
  expect(ended).toMatchObject({ outcome: 'warning', suspicions: ['sh wrote nothing'] });
});

test('neither a backend that cannot do it nor a program that is not there is asked', async () => {
  const files = new FakeBackend({ clock: world.clock, supports: ['list'] });
  const { ended } = await run(aProgram('echo rows'), files);
  expect(ended.error).toMatchObject({ code: 'backend.unsupported', hint: expect.stringContaining('`before` hook') });
  expect(files.calls.filter(({ method }) => method === 'backup')).toEqual([]);
  const absent = await run({ command: ['no-such-dump'], env: {} });
  expect(absent.ended.error).toMatchObject({ code: 'command.failed' });
  expect(absent.backend.calls.filter(({ method }) => method === 'backup')).toEqual([]);
});

test('its secrets are in no log, whatever an engine repeats of them', async () => {
  const backend = new FakeBackend({ clock: world.clock });
  const plain = backend.backup.bind(backend);
  backend.backup = (spec, operation) => {
    operation?.note?.('connected with hunter2');
    return plain(spec, operation);
  };
  const { ended, spoolDir } = await run(
    { ...aProgram('echo rows'), env: { PGPASSWORD: { scheme: 'env', target: 'P' } } },
    backend,
  );
  const log = await readFile(logOfRun(spoolDir, ended.id), 'utf8');
  expect(log).toContain('connected with [secret]');
  expect(log).not.toContain('hunter2');
});

test.each([
  [[{ path: '/a.sql', required: true, program: aProgram('true') }, '/etc'], 'is saved alone'],
  [[{ path: '/dumps/a.sql', required: true, program: aProgram('true') }], 'under a name'],
])('a job that no engine could do is refused when it is made: %j', (sources, message) => {
  expect(() => new BackupJob({ sources, repository: 'main' })).toThrow(message);
});
