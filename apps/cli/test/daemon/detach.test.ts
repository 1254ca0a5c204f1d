import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { engineAtWork, expectNothingLeft, expectRefusal, slowDown } from '../faults/aftermath.ts';
import { problemsOf } from '../support/conforms.ts';
import { Daemon } from '../support/daemon.ts';
import { World } from '../support/world.ts';

const another = '  photos: { sources: [/etc/hostname] }\n';

/** Resolves when there were so many runs and all have ended. */
async function ended(world: World, count: number): Promise<void> {
  for (;;) {
    const runs = await world.history();
    if (runs.length === count && runs.every(({ outcome }) => outcome !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('the daemon runs what nobody waits for, and the call says what was accepted', async () => {
  using world = new World();
  slowDown(world, 4, another);
  const daemon = await Daemon.start(world);
  const { code, stdout, stderr } = await world.umbra('run', 'documents', 'photos', '--detach');
  expect(code, stderr).toBe(0);
  const [first] = await world.history();
  // The call did not wait for its end.
  expect(first).toMatchObject({ job: 'documents', outcome: null, trigger: 'manual' });
  expect(stdout).toContain('documents → home');
  expect(stdout).toContain(`umbra show ${first?.id ?? ''}`);
  expect(stdout).toMatch(/photos → home +follows/);
  await ended(world, 2);
  await daemon.stop();
  expect(await expectNothingLeft(world)).toMatchObject([
    { job: 'photos', outcome: 'succeeded' },
    { job: 'documents', outcome: 'succeeded' },
  ]);
});

test('as one document, and quietly', async () => {
  using world = new World();
  slowDown(world, 3, another);
  const daemon = await Daemon.start(world);
  const { code, stdout, stderr } = await world.umbra('run', '--all', '--detach', '--json');
  expect([code, stderr]).toEqual([0, '']);
  const document = JSON.parse(stdout) as unknown;
  expect(problemsOf('request', document)).toEqual([]);
  expect(document).toMatchObject({
    schema: 'umbra.request/1',
    exitCode: null,
    runs: [{ job: 'documents', repository: 'home', outcome: null }],
    follow: [{ job: 'photos', repository: 'home' }],
    problems: [],
  });
  // What is in the way is said as without the flag, and nothing was accepted.
  expectRefusal(await world.umbra('run', 'documents', '--detach'), 6, 'already runs', 'umbra cancel');
  // The next one begins all the same.
  await world.umbra('cancel', 'documents');
  await ended(world, 2);
  expect(await world.umbra('run', 'photos', '--detach', '--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expectRefusal(await world.umbra('run', 'nobody', '--detach'), 2, 'nobody');
  await daemon.stop();
});

test('a chain is left to the daemon too, and another call waits for its turn', async () => {
  using world = new World();
  slowDown(world, 2, `${another}chains:\n  nightly: { steps: [photos, documents] }\n`);
  const daemon = await Daemon.start(world);
  const left = await world.umbra('chain', 'run', 'nightly', '--detach');
  expect([left.code, left.stdout]).toEqual([
    0,
    expect.stringMatching(/^✔ nightly {2}the daemon runs it: umbra show r-/),
  ]);
  const waited = await world.umbra('chain', 'run', 'nightly', '--wait');
  expect(waited.code, waited.stderr).toBe(0);
  expect(waited.stderr).toMatch(/^nightly {2}waits for r-\w+ to end$/m);
  await daemon.stop();
  expect((await expectNothingLeft(world)).filter(({ job }) => job === 'nightly')).toHaveLength(2);
});

test('without a daemon nobody would run it, and nothing is started', async () => {
  using world = new World();
  world.write('a.txt', 'a');
  const refused = await world.umbra('run', 'documents', '--detach');
  expectRefusal(refused, 30, world.state, 'umbra daemon start', 'without --detach');
  const { code, stderr } = await world.umbra('run', '--detach', '--json');
  expect([code, JSON.parse(stderr)]).toMatchObject([30, { schema: 'umbra.error/1', code: 'daemon.unreachable' }]);
  const daemon = await Daemon.start(world);
  await daemon.kill();
  expectRefusal(await world.umbra('run', 'documents', '--detach'), 30, 'umbra daemon start');
  expect(await world.history()).toEqual([]);
});

test('what is refused on the first repository is said beside what begins on the next', async () => {
  using world = new World();
  const away = world.addRepository('away');
  const repositoryLines = `    packSize: 4MiB\n    options: { local.connections: "1" }\n  away: { url: ${away}, password: file:${world.at('password')} }\n`;
  world.write('large', randomBytes(8 * 512 * 1024));
  const slow = '    repository: [home, away]\n    limits: { upload: 512KiB/s }\n    verify: { afterBackup: none }\n';
  world.configure(slow, { repositoryLines });
  const daemon = await Daemon.start(world);
  const first = world.start(['run', 'documents']);
  await engineAtWork(world);
  const { code, stdout, stderr } = await world.umbra('run', 'documents', '--detach');
  expectRefusal({ code, stdout, stderr, signal: null }, 6, 'already runs on "home"', 'umbra run documents --wait');
  expect(stdout).toMatch(/documents → away {2}the daemon runs it: umbra show r-/);
  expect(stdout).not.toContain('follows');
  await daemon.stop();
  first.child.kill('SIGINT');
  await first.ended;
});

test('a daemon that works with another configuration is told of while it lives, with what helps', async () => {
  using world = new World();
  world.write('a.txt', 'a');
  const other = world.at('other.yaml');
  copyFileSync(world.config, other);
  const daemon = await Daemon.start(world);
  const refused = await world.umbra('-c', other, 'run', 'documents', '--detach');
  expectRefusal(refused, 30, `the daemon works with ${world.config}`, `\`-c ${world.config}\``, 'without --detach');
  expect(refused.stderr).not.toContain('umbra daemon start');
  await daemon.kill();
  const gone = await world.umbra('-c', other, 'run', 'documents', '--detach');
  expectRefusal(gone, 30, 'ended without taking its leave', 'umbra daemon start', 'without --detach');
  expect(await world.history()).toEqual([]);
});

test('a length of time behind a bare --wait is no job', async () => {
  using world = new World();
  world.write('a.txt', 'a');
  const daemon = await Daemon.start(world);
  const line = ['run', 'documents', '--wait', '30m'] as const;
  expectRefusal(await world.umbra(...line), 2, 'there is no job "30m"', 'Did you mean --wait=30m?');
  await daemon.stop();
  expectRefusal(await world.umbra(...line), 2, 'there is no job "30m"', 'Did you mean --wait=30m?');
  const chain = await world.umbra('chain', 'run', '--wait', '30m');
  expectRefusal(chain, 2, 'there is no job "30m"', 'Did you mean --wait=30m?');
  expect(await world.history()).toEqual([]);
});

test.each([
  ['--detach', '--due'],
  ['--detach', '--dry-run'],
  ['--wait', '--detach'],
  ['--wait=5m', '--due'],
])('%s and %s make no sense together', async (...flags) => {
  using world = new World();
  const refused = await world.umbra('run', ...flags);
  expectRefusal(refused, 2, `${flags.join(' and ').replace('=5m', '')} exclude each other`, 'hint');
});
