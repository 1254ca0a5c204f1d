import { describe, expect, test } from 'vitest';
import { engineAtWork, expectNothingLeft, expectRefusal, slowDown } from '../faults/aftermath.ts';
import { problemsOf } from '../support/conforms.ts';
import { Daemon } from '../support/daemon.ts';
import { until, World } from '../support/world.ts';

describe.each([['by the daemon'], ['without it']])('run --wait %s', (how) => {
  /** A world with a backup that takes so long. */
  const aWorld = async (seconds: number) => {
    const world = new World();
    slowDown(world, seconds);
    const daemon = how === 'by the daemon' ? await Daemon.start(world) : undefined;
    return { world, daemon, [Symbol.dispose]: () => world[Symbol.dispose]() };
  };

  test('begins when the run in the way has ended', async () => {
    using slow = await aWorld(4);
    const { world, daemon } = slow;
    const first = world.start(['run', 'documents']);
    await engineAtWork(world);
    const second = world.start(['run', 'documents', '--wait', '--json']);
    const { code, stdout, stderr } = await second.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect((await first.ended).code).toBe(0);
    await daemon?.stop();
    const [later, earlier] = await expectNothingLeft(world);
    const told = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const waiting = told.find(({ type }) => type === 'run.waiting');
    expect(waiting).toMatchObject({ run: later?.id, job: 'documents', repository: 'home', behind: earlier?.id });
    expect(problemsOf('event', waiting)).toEqual([]);
    expect(told.at(-1)).toMatchObject({ type: 'run.finished', run: later?.id, outcome: 'succeeded' });
  });

  test('no longer than it may, with the exit code that there would have been', async () => {
    using slow = await aWorld(8);
    const { world, daemon } = slow;
    const first = world.start(['run', 'documents']);
    await engineAtWork(world);
    const begun = performance.now();
    const { code, stderr } = await world.umbra('run', 'documents', '--wait=2s');
    expect(performance.now() - begun).toBeGreaterThan(1900);
    expectRefusal(
      { code, stdout: '', stderr, signal: null },
      6,
      'already runs',
      'It was waited for 2 s.',
      'umbra cancel',
    );
    expect(stderr).toMatch(/documents → home {2}waits for r-\w+ to end/);
    await world.umbra('cancel', 'documents');
    await first.ended;
    await daemon?.stop();
    expect(await expectNothingLeft(world)).toHaveLength(1);
  });

  test('Ctrl-C while it waits begins nothing: 130', async () => {
    using slow = await aWorld(4);
    const { world, daemon } = slow;
    const first = world.start(['run', 'documents']);
    await engineAtWork(world);
    const second = world.start(['run', 'documents', '--wait']);
    await until('it waits', () => second.stderr().includes('waits for'));
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(130);
    expect((await first.ended).code).toBe(0);
    await daemon?.stop();
    expect(await expectNothingLeft(world)).toHaveLength(1);
  });
});
