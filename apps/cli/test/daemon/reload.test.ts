import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { until, World } from '../support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.write('a.txt', 'a');
});
afterEach(() => world[Symbol.dispose]());

const photos = (): string => `  photos: { sources: ${JSON.stringify(world.source)}, schedule: daily at 02:00 }\n`;
const jobsOf = async (daemon: Daemon): Promise<readonly string[]> => {
  const { jobs } = (await daemon.get('/v1/jobs')) as { readonly jobs: readonly { readonly id: string }[] };
  return jobs.map(({ id }) => id);
};

test('a changed file is in force after reload, after SIGHUP, and before the next run', async () => {
  const daemon = await Daemon.start(world);
  const told = await daemon.follow();
  appendFileSync(world.config, photos());
  expect(await jobsOf(daemon)).toEqual(['documents']);
  const { code, stdout } = await world.umbra('daemon', 'reload');
  expect([code, stdout]).toEqual([0, `✔ in force: ${world.config}, 2 jobs\n`]);
  expect(await jobsOf(daemon)).toEqual(['documents', 'photos']);
  expect((await world.umbra('daemon', 'status')).stdout).toContain('2 jobs');

  world.configure();
  daemon.signal('SIGHUP');
  await until('the signal is obeyed', () => told().match(/config\.reloaded/g)?.length === 2);
  expect(await jobsOf(daemon)).toEqual(['documents']);

  appendFileSync(world.config, photos());
  expect((await world.umbra('run', 'photos', '--quiet')).code).toBe(0);
  expect(told().match(/config\.reloaded/g)).toHaveLength(3);
  await daemon.stop();
});

test('status tells whether what is on disk is in force, and what the daemon needs and does', async () => {
  writeFileSync(world.config, `jobs:\n  long: { command: ['sleep', '60'], stallTimeout: 5m }\n`);
  const daemon = await Daemon.start(world);
  const status = async (): Promise<string> => (await world.umbra('daemon', 'status')).stdout;
  expect(await status()).toMatch(/in force as it is on disk\n.*\n.*\n +memory +\d+(\.\d)? MiB\n +under way +nothing/);
  await daemon.post('/v1/runs', { jobs: ['long'] });
  appendFileSync(world.config, '# a remark\n');
  expect(await status()).toMatch(/changed on disk since: .*\n(.*\n){3} +under way +long, started just now \(r-/);
  expect((await world.umbra('daemon', 'reload')).code).toBe(0);
  expect(await status()).toContain('in force as it is on disk');
  expect((await world.umbra('cancel', 'long')).code).toBe(0);
  await daemon.stop();
});

test('a broken file changes nothing, is told everywhere, and a good one puts it right', async () => {
  const daemon = await Daemon.start(world);
  const told = await daemon.follow();
  const good = readFileSync(world.config, 'utf8');
  // As an editor saves: another file takes the place of the old one.
  writeFileSync(`${world.config}.new`, `${good}  broken: { sources: [], every: day }\n`);
  renameSync(`${world.config}.new`, world.config);
  const reload = await world.umbra('daemon', 'reload');
  expect([reload.code, reload.stderr]).toEqual([4, expect.stringContaining('every')]);
  expect(told()).toContain('"config.refused"');
  expect(await jobsOf(daemon)).toEqual(['documents']);
  expect(await daemon.get('/health')).toMatchObject({
    ok: false,
    configuration: { jobs: 1, refused: { error: { exitCode: 4 } } },
  });
  const status = await world.umbra('daemon', 'status');
  expect([status.code, status.stdout]).toEqual([1, expect.stringContaining('the last good one is in force')]);
  const standing = await world.umbra('status', '--check');
  expect([standing.code, standing.stderr]).toEqual([21, expect.stringContaining('umbra config check')]);
  // A person is told what the file says now; a program that asks for a run gets it.
  expect((await world.umbra('run', 'documents')).code).toBe(4);
  const { runs } = (await daemon.post('/v1/runs', { jobs: ['documents'] })) as {
    readonly runs: readonly [{ id: string }];
  };
  const ended = await daemon.get(`/v1/runs/${runs[0].id}?wait=true`);
  expect(ended).toMatchObject({ run: { job: 'documents', outcome: 'succeeded' } });

  writeFileSync(world.config, good);
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  expect(await daemon.get('/health')).toMatchObject({ ok: true, configuration: { refused: null } });
  await daemon.stop();
});

test('a file that is broken and new, and put right, is seen to be right', async () => {
  const daemon = await Daemon.start(world);
  const good = readFileSync(world.config, 'utf8');
  writeFileSync(world.at('more.yaml'), `jobs:\n${photos()}  - oops\n`);
  writeFileSync(world.config, `include: [more.yaml]\n${good}`);
  expect((await world.umbra('run', 'documents')).code).toBe(4);
  writeFileSync(world.at('more.yaml'), `jobs:\n${photos()}`);
  const right = await world.umbra('run', 'photos', '--quiet');
  expect([right.code, right.stderr]).toEqual([0, '']);
  expect(await daemon.get('/health')).toMatchObject({ ok: true, configuration: { refused: null } });
  await daemon.stop();
});

test('a daemon that starts with a broken file works with the last good one', async () => {
  expect((await Daemon.launch(world, { UMBRA_CONFIG: world.at('none.yaml') }).ended).code).toBe(4);
  const first = await Daemon.start(world);
  await first.stop();
  appendFileSync(world.config, 'jobs: {\n');
  const daemon = await Daemon.start(world);
  expect(await jobsOf(daemon)).toEqual(['documents']);
  expect(await daemon.get('/health')).toMatchObject({ ok: false });
  world.configure();
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  expect(await daemon.get('/health')).toMatchObject({ ok: true });
  const { stdout } = await daemon.stop();
  expect(stdout).toContain('the last good one is in force');
});

test('a daemon survives being started anew with a broken file, and is not ended for one that it could not begin with', async () => {
  const started = await world.umbra('daemon', 'start');
  expect([started.code, started.stdout]).toEqual([0, expect.stringMatching(/^✔ the daemon runs: process \d+\n$/)]);
  appendFileSync(world.config, 'jobs: {\n');
  const again = await world.umbra('daemon', 'restart');
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('with the last good configuration')]);
  expect(again.stderr).toContain('error[config.');
  const other = world.at('other.yaml');
  writeFileSync(other, 'jobs: {\n');
  expect((await world.umbra('daemon', 'restart', '--config', other)).code).toBe(4);
  const { code, stdout } = await world.umbra('daemon', 'status');
  // Its own folder is no place that a reader knows: the file has its whole name.
  expect([code, stdout]).toEqual([1, expect.stringContaining(`--> ${world.config}:`)]);
  expect((await world.umbra('daemon', 'stop')).code).toBe(0);
  for (const file of [other, world.at('none.yaml')]) {
    expect((await world.umbra('daemon', 'start', '--config', file)).code).toBe(4);
  }
});

test('what a restart is needed for is said', async () => {
  const daemon = await Daemon.start(world);
  appendFileSync(world.config, 'daemon: { listen: 127.0.0.1:0 }\n');
  expect((await world.umbra('daemon', 'reload')).code).toBe(0);
  expect(await daemon.get('/health')).toMatchObject({ ok: true, configuration: { restartNeeded: ['daemon.listen'] } });
  expect((await world.umbra('daemon', 'status')).stdout).toContain('daemon.listen');
  await daemon.stop();
});
