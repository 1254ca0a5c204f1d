import { expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { problemsOf } from '../support/conforms.ts';
import { NearWorld } from '../support/near-world.ts';
import { stateOf } from '../support/process-state.ts';
import { atTerminal, hasTerminals } from '../support/terminal.ts';
import { until, type World } from '../support/world.ts';
import { engineAtWork, expectNothingLeft, expectRefusal, identityOf, slowDown } from './aftermath.ts';

/** A run whose engine was told to stand still. It has a while to work, for to say so takes a while on a busy machine. */
async function paused(world: World) {
  slowDown(world, 30);
  const run = world.start(['run', 'documents', '--verbose', '--verbose']);
  const engine = await engineAtWork(world);
  const set = await world.umbra('throttle', 'set', 'documents', '--pause', '--json');
  expect(set.code, set.stderr).toBe(0);
  await until('the engine stands still', () => stateOf(engine) === 'T');
  return { run, engine, document: JSON.parse(set.stdout) as unknown };
}

async function expectOneSnapshot(world: World, outcome = 'succeeded'): Promise<void> {
  const [record, ...more] = await expectNothingLeft(world);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ outcome });
  expect(world.snapshots()).toHaveLength(1);
}

test.concurrent('a run stands still, tells why, and goes on', async () => {
  using world = new NearWorld();
  const { run, document } = await paused(world);
  expect(problemsOf('throttle', document)).toEqual([]);
  expect(document).toMatchObject({ runs: [{ set: true, limits: { paused: true }, because: ['set for this run'] }] });
  const explained: unknown = JSON.parse((await world.umbra('explain', 'documents', '--json')).stdout);
  expect(problemsOf('explain', explained)).toEqual([]);
  expect(explained).toMatchObject({
    throttle: { runs: [{ set: true, limits: { paused: true } }], jobs: [{ limits: { paused: false } }] },
  });
  const again = await world.umbra('throttle', 'set', 'documents', '--pause', '--quiet');
  expect([again.code, again.stdout]).toEqual([0, '']);
  const { stdout } = await world.umbra('throttle', 'set', 'documents', '--auto');
  expect(stdout).toContain('running: 512 KiB/s up');
  expect((await world.umbra('throttle', 'set', 'documents', '--upload', 'unlimited')).code).toBe(0);
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('throttled: paused');
  await expectOneSnapshot(world);
  const runs = await world.history();
  expect((await world.umbra('show', runs[0]?.id ?? '')).stdout).toMatch(/throttle done .* paused, 512 KiB\/s up; set/);
});

test.concurrent(
  'its coordinator is killed: the engine goes on at once, the next call adopts it, one snapshot',
  async () => {
    using world = new NearWorld();
    const { run, engine } = await paused(world);
    run.child.kill('SIGKILL');
    await run.ended;
    await until('the engine goes on', () => stateOf(engine) !== 'T');
    const shown = await world.umbra('throttle', 'show', 'documents');
    expect(shown.stdout).toMatch(
      /running: 512 KiB\/s up\n {2}because {2}its process died; .*\n {2}! nobody holds it still/,
    );
    expect((await world.umbra('throttle', 'set', 'documents', '--auto')).code).toBe(0);
    const { code, stderr } = await world.umbra('run', '--due');
    expect(code, stderr).toBe(0);
    await expectOneSnapshot(world);
  },
);

test.concurrent('coordinator and shim are killed: the engine goes on at once and ends its work', async () => {
  using world = new NearWorld();
  const { run, engine } = await paused(world);
  const shim = identityOf(world, 'shim') ?? 0;
  run.child.kill('SIGKILL');
  process.kill(shim, 'SIGKILL');
  await run.ended;
  await until('the engine goes on', () => stateOf(engine) !== 'T');
  expect((await world.umbra('throttle', 'set', 'documents', '--auto')).code).toBe(0);
  const { stdout, stderr } = await world.umbra('run', '--due');
  expect(stdout + stderr).toContain('the snapshot was found in the repository');
  await expectOneSnapshot(world, 'warning');
});

test.concurrent('a cancelled run that stands still ends cleanly', async () => {
  using world = new NearWorld();
  const { run } = await paused(world);
  const { stdout } = await world.umbra('cancel', 'documents');
  expect(stdout).toContain('cancelled');
  await run.ended;
  const [record] = await expectNothingLeft(world);
  expect(record).toMatchObject({ outcome: 'cancelled', snapshot: null });
});

test.concurrent('another rate takes another engine, and the run has one snapshot all the same', async () => {
  using world = new NearWorld();
  slowDown(world, 60);
  const run = world.start(['run', 'documents', '--verbose', '--verbose']);
  const first = await engineAtWork(world);
  const { code } = await world.umbra('throttle', 'set', 'documents', '--upload', 'unlimited');
  expect(code).toBe(0);
  const { code: ended, stderr } = await run.ended;
  expect(ended, stderr).toBe(0);
  expect(stderr).toContain('what limits it cannot be changed while it works');
  expect(stateOf(first)).toBeUndefined();
  await expectOneSnapshot(world);
});

test.concurrent('through the daemon', async () => {
  using world = new NearWorld();
  slowDown(
    world,
    20,
    '    throttle: { when: [{ loadAbove: 100000, pause: true }, { days: [Sun, Mon, Tue, Wed, Thu, Fri, Sat], priority: low }] }\n',
  );
  const daemon = await Daemon.start(world);
  const run = world.start(['run', 'documents']);
  const engine = await engineAtWork(world);
  const shown = (await daemon.get('/v1/throttle')) as { runs: readonly { id: string }[]; jobs: object };
  expect(problemsOf('throttle', shown)).toEqual([]);
  expect(shown).toMatchObject({
    runs: [{ job: 'documents', limits: { priority: 'low', upload: 512 * 1024 } }],
    jobs: [
      {
        job: 'documents',
        sensors: [
          { sensor: 'loadAbove', verdict: 'clear' },
          { sensor: 'days', verdict: 'holds' },
        ],
      },
    ],
  });
  const said = (await world.umbra('throttle', 'show', 'documents')).stdout;
  expect(said).toMatch(/^ {2}– loadAbove: 100000 {2}does not hold .*\n {2}! days: .* holds now /m);
  const path = `/v1/runs/${shown.runs[0]?.id ?? ''}/throttle`;
  const document = await daemon.post(path, { paused: true });
  expect(problemsOf('throttle', document)).toEqual([]);
  expect(document).toMatchObject({ runs: [{ set: true, limits: { paused: true, priority: 'low' } }] });
  await until('the engine stands still', () => stateOf(engine) === 'T');
  expect(await daemon.post(path, { upload: 0 })).toMatchObject({ schema: 'umbra.error/1' });
  await daemon.post(path, { auto: true });
  expect((await run.ended).code).toBe(0);
  await daemon.stop();
  await expectOneSnapshot(world);
});

test.skipIf(!hasTerminals)(
  'at a terminal (needs script) it shows what holds a run back and why, also when that changes, and leaves nothing of it',
  { concurrent: true },
  async () => {
    using world = new NearWorld();
    slowDown(world, 30, '    throttle: { priority: low }\n');
    const run = atTerminal(world, 'run', 'documents');
    const bars = (): readonly string[] =>
      run.screen().filter((line) => /^ {2}(?:scanning|uploading|finishing|paused)\b/.test(line));
    const isPaused = (): boolean => bars().at(-1)?.startsWith('  paused') === true;
    const set = async (...words: readonly string[]): Promise<void> => {
      const { code, stderr } = await world.umbra('throttle', 'set', 'documents', ...words);
      expect(code, stderr).toBe(0);
    };
    await engineAtWork(world);
    await until('a bar', () => bars().length === 1);
    await set('--pause');
    await until('it shows that it stands still', isPaused);
    await set('--resume', '--priority', 'idle');
    await until('it shows that it goes on', () => !isPaused());
    run.type('\u0003');
    expect(await run.ended, run.sent()).toBe(130);
    const seen = unbroken(run.screen().join(''));
    for (const words of [
      'throttled: low priority, 512 KiB/s up  throttle of the job',
      'throttled: paused, low priority, 512 KiB/s up  set for this run; throttle of the job',
      'throttled: idle priority, 512 KiB/s up  set for this run; throttle of the job',
      'Cancelling cleanly',
      'cancelled; nothing is left behind',
    ])
      expect(seen).toContain(unbroken(words));
    expect([bars(), seen.includes('^C')]).toEqual([[], false]);
    expect(run.sent()).toMatch(/\n$/);
    await expectNothingLeft(world);
  },
);

/** Lines break wherever the terminal ends. */
const unbroken = (text: string): string => text.replaceAll(/\s/g, '');

test.concurrent('what cannot be set is refused', async () => {
  using world = new NearWorld();
  for (const [args, ...words] of [
    [['documents'], 'there is nothing to set', '--upload 2MiB/s'],
    [['documents', '--pause', '--resume'], 'contradict'],
    [['documents', '--auto', '--pause'], '--auto'],
    [['documents', '--upload', 'fast'], 'a rate such as 10MiB/s, or unlimited'],
    [['documents', '--pause'], 'nothing of "documents" is running'],
  ] as const) {
    expectRefusal(await world.umbra('throttle', 'set', ...args), 2, ...words);
  }
  const { code, stdout } = await world.umbra('throttle', 'show');
  expect([code, stdout]).toEqual([0, 'Nothing runs, and no job or repository has a `throttle`.\n']);
});
